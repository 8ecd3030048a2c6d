package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.testing.simulation.Simulation;
import dev.rockpool.testing.simulation.SimulationFailure;
import dev.rockpool.testing.simulation.SimulationResult;
import dev.rockpool.testing.simulation.Simulations;
import org.junit.jupiter.api.Test;

/** Simulated runs of a pool in virtual time, decided by a seed. */
class SimulationTest {
    @Test
    void aSeedGivesTheSameRunEachTime() {
        var simulation = new Simulation(7);
        assertEquals(7, simulation.getSeed());
        SimulationResult first = simulation.run();
        SimulationResult second = new Simulation(7).run();
        assertTrue(first.getSteps() > 0);
        assertEquals(first.getFingerprint(), second.getFingerprint());
        assertFalse(simulation.trace().isEmpty());
        assertTrue(Simulation.of(7, settings -> settings.maxSize(2)).run().getSteps() > 0);
    }

    @Test
    void manySeedsAreTried() {
        var simulations = new Simulations(1, 3);
        try {
            simulations.run();
            new Simulations(1, 3, 2).run();
            Simulations.of(1, 3, 2, settings -> settings.maxSize(2)).run();
        } catch (SimulationFailure e) {
            throw new AssertionError(e.getLaw() + " is broken by seed " + e.getSeed() + ": " + e.getTrace(), e);
        }
        assertEquals(3, simulations.getCompleted());
        assertTrue(simulations.getStepsTaken() > 0);
    }
}
