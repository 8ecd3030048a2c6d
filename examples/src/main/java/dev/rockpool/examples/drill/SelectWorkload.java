package dev.rockpool.examples.drill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * One query per operation. Its answer depends on its argument, so that an answer to another caller's query is detected.
 */
final class SelectWorkload implements Workload {
    private final LongAdder wrongAnswers = new LongAdder();

    @Override
    public void prepare(Connection connection) {
        // nothing to prepare
    }

    @Override
    public boolean isTransactional() {
        return false;
    }

    @Override
    public void run(Connection connection, RandomGenerator random) throws SQLException {
        int question = random.nextInt(1_000_000);
        try (PreparedStatement statement = connection.prepareStatement("select ? + 1")) {
            statement.setInt(1, question);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                if (rows.getInt(1) != question + 1) wrongAnswers.increment();
            }
        }
    }

    @Override
    public Check verify(Connection connection) {
        long wrong = wrongAnswers.sum();
        return new Check("every answer belongs to its question", wrong == 0, "%,d wrong answers".formatted(wrong));
    }

    @Override
    public void cleanUp(Connection connection) {
        // nothing was created
    }
}
