package dev.rockpool.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.chaos.ClusterBank.Outcome;
import dev.rockpool.examples.chaos.ClusterBank.Transfer;
import dev.rockpool.testing.chaos.ChaosCheck;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterBankTest {
    private static final long ALL = 200_000;

    private final ClusterBank bank = new ClusterBank();
    private final Random random = new Random(1);
    private final long confirmed = draw(Outcome.CONFIRMED);
    private final long unknown = draw(Outcome.UNKNOWN);
    private final long failed = draw(Outcome.FAILED);

    private long draw(Outcome outcome) {
        Transfer transfer = bank.draw(random);
        bank.ended(transfer, outcome);
        return transfer.id();
    }

    private List<String> broken(Set<Long> done, long sum, long wrong) {
        return bank.judge(done, sum, wrong).stream()
                .filter(check -> !check.getPassed())
                .map(ChaosCheck::getName)
                .toList();
    }

    @Test
    void aCommitWithAnUnknownOutcomeMayBeDoneOrNot() {
        assertEquals(List.of(), broken(Set.of(confirmed), ALL, 0));
        assertEquals(List.of(), broken(Set.of(confirmed, unknown), ALL, 0));
        assertEquals(1, bank.unknown());
    }

    @Test
    void whatWasConfirmedMustBeDone() {
        assertEquals(List.of("no confirmed transfer is lost"), broken(Set.of(unknown), ALL, 0));
    }

    @Test
    void whatFailedBeforeItsCommitMustNotBeDone() {
        assertEquals(
                List.of("no transfer that failed before its commit is done"),
                broken(Set.of(confirmed, failed), ALL, 0));
    }

    @Test
    void moneyIsNeitherLostNorMovedTwice() {
        assertEquals(List.of("the money adds up"), broken(Set.of(confirmed), ALL - 1, 0));
        assertEquals(List.of("each transfer in the ledger is done once"), broken(Set.of(confirmed), ALL, 2));
    }

    @Test
    void aTransferIsBetweenTwoAccounts() {
        for (int i = 0; i < 1_000; i++) {
            Transfer transfer = bank.draw(random);
            assertTrue(transfer.from() != transfer.to(), transfer::toString);
        }
    }
}
