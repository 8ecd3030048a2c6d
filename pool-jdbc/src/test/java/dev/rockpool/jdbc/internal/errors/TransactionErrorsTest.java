package dev.rockpool.jdbc.internal.errors;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class TransactionErrorsTest {
    @Test
    void ifTheLeaseWasEndedDuringTheCommitTheDriversErrorDecides() {
        assertTrue(isAnswer(new SQLException("closed", "08003")));
        assertTrue(isAnswer(ended("57014")));
        assertFalse(isAnswer(ended("57P01")));
        assertFalse(isAnswer(ended("40003")));
    }

    private static SQLException ended(String state) {
        return new SQLException("the lease was ended", "08003", new SQLException("driver", state));
    }

    private static boolean isAnswer(SQLException error) {
        return TransactionErrors.isAnswer(error, each -> "57P01".equals(each.getSQLState()));
    }
}
