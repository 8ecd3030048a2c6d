package dev.rockpool.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.testing.simulation.Simulation;
import dev.rockpool.testing.simulation.Simulations;
import org.junit.jupiter.api.Test;

/** The simulation API, used from Java. */
class JavaSimulationTest {
    @Test
    void aSeedCanBeRunAndRepeated() {
        var once = new Simulation(1).run();
        var again = new Simulation(1).run();
        assertEquals(once.getFingerprint(), again.getFingerprint());
        assertTrue(once.getSteps() > 0);
    }

    @Test
    void manySeedsCanBeRun() {
        var simulations = new Simulations(1, 5);
        simulations.run();
        assertEquals(5, simulations.getCompleted());
        assertTrue(simulations.getStepsTaken() > 5);
    }
}
