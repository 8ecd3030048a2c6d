package dev.rockpool.examples.bench;

import dev.rockpool.examples.bench.cases.BatchingCase;
import dev.rockpool.examples.bench.cases.ColdStartCase;
import dev.rockpool.examples.bench.cases.ConnectionCase;
import dev.rockpool.examples.bench.cases.CpuHoldsCase;
import dev.rockpool.examples.bench.cases.FailoverCase;
import dev.rockpool.examples.bench.cases.IdleCase;
import dev.rockpool.examples.bench.cases.IoHoldsCase;
import dev.rockpool.examples.bench.cases.LongLeaseCase;
import dev.rockpool.examples.bench.cases.ManyPoolsCase;
import dev.rockpool.examples.bench.cases.ObservedCase;
import dev.rockpool.examples.bench.cases.OpeningCase;
import dev.rockpool.examples.bench.cases.PauseCase;
import dev.rockpool.examples.bench.cases.PostgresCoroutinesCase;
import dev.rockpool.examples.bench.cases.PostgresThreadsCase;
import dev.rockpool.examples.bench.cases.RestartCase;
import dev.rockpool.examples.bench.cases.SelfSizingCase;
import dev.rockpool.examples.bench.cases.SizeCase;
import dev.rockpool.examples.bench.cases.SpikeCase;
import dev.rockpool.examples.bench.cases.StatementCase;
import dev.rockpool.examples.bench.cases.SuspendingFreeCase;
import dev.rockpool.examples.bench.cases.SuspendingSaturatedCase;
import dev.rockpool.examples.bench.cases.TagsCase;
import dev.rockpool.examples.bench.cases.VirtualStartCase;
import dev.rockpool.examples.bench.cases.VirtualThreadsCase;
import dev.rockpool.examples.bench.cases.WaitersCase;
import dev.rockpool.examples.bench.cases.WarmUpCase;
import java.util.List;

/** All cases, in the order in which they are measured. */
final class Cases {
    private static final List<BenchCase> ALL = List.of(
            new ConnectionCase(),
            new StatementCase(),
            new ObservedCase(),
            new LongLeaseCase(),
            new CpuHoldsCase(),
            new IoHoldsCase(),
            new SuspendingFreeCase(),
            new SuspendingSaturatedCase(),
            new PostgresThreadsCase(),
            new PostgresCoroutinesCase(),
            new BatchingCase(),
            new VirtualThreadsCase(),
            new VirtualStartCase(),
            new SizeCase(),
            new WaitersCase(),
            new SpikeCase(),
            new SelfSizingCase(),
            new RestartCase(),
            new FailoverCase(),
            new ColdStartCase(),
            new OpeningCase(),
            new WarmUpCase(),
            new PauseCase(),
            new IdleCase(),
            new ManyPoolsCase(),
            new TagsCase());

    private Cases() {}

    static List<BenchCase> all() {
        return ALL;
    }

    /** The cases of the quick form. */
    static List<BenchCase> quick() {
        return ALL.stream().filter(BenchCase::isQuick).toList();
    }

    /** The names of all cases. */
    static List<String> keys() {
        return ALL.stream().map(BenchCase::key).toList();
    }

    /** The names of all peers, Rockpool first. */
    static List<String> peers() {
        return ALL.stream()
                .flatMap(each -> each.candidates().stream())
                .map(Candidate::peer)
                .distinct()
                .toList();
    }

    /** The peers of the quick form: the fastest of the others, one that serves in order, and those that goals name. */
    static List<String> quickPeers() {
        return List.of("rockpool", "hikaricp", "agroal", "tomcat", "reactor-pool", "channel", "dedicated");
    }

    static BenchCase named(String key) {
        return ALL.stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no case is called " + key));
    }
}
