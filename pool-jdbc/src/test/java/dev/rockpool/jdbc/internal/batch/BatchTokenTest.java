package dev.rockpool.jdbc.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTokenTest {
    private static BatchItem<String, Integer> call(boolean abandoned) {
        return new BatchItem<>("key") {
            @Override
            public boolean isAbandoned() {
                return abandoned;
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"false,false,false", "true,false,false", "false,true,false", "true,true,true"})
    void aStatementIsCancelledOnceAllItsCallersHaveGivenUp(boolean first, boolean second, boolean cancelled) {
        List<BatchItem<String, Integer>> calls =
                Stream.of(first, second).map(BatchTokenTest::call).toList();
        assertEquals(cancelled, new BatchToken(calls).hasGivenUp(Thread.currentThread(), null));
    }
}
