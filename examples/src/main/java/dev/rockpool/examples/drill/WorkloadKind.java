package dev.rockpool.examples.drill;

import java.util.Locale;

/** The workloads to choose from. */
public enum WorkloadKind {
    /** One query that touches no table. */
    SELECT {
        @Override
        Workload create() {
            return new SelectWorkload();
        }
    },
    /** Money is moved between accounts, one transaction per operation. */
    TRANSFER {
        @Override
        Workload create() {
            return new TransferWorkload();
        }
    };

    abstract Workload create();

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
