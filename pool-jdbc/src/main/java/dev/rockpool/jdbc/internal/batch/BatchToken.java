package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.jdbc.internal.connection.CancellationToken;
import java.sql.SQLException;
import java.util.List;
import kotlinx.coroutines.Job;

/** The callers of a batch. Its statement is cancelled when all of them have given up. */
final class BatchToken extends CancellationToken {
    private final List<? extends BatchItem<?, ?>> calls;

    BatchToken(List<? extends BatchItem<?, ?>> calls) {
        this.calls = calls;
    }

    @Override
    public Job jobHere() {
        return null;
    }

    @Override
    public boolean hasGivenUp(Thread thread, Job job) {
        for (BatchItem<?, ?> call : calls) if (!call.isAbandoned()) return false;
        return true;
    }

    @Override
    public SQLException cancelled(Thread thread, Job job, SQLException error) {
        return error;
    }
}
