package shop;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.ReturnState;
import dev.rockpool.ConnectFailure;
import java.io.IOException;
import java.util.List;

/** Opens, probes, resets and closes the pool's lines. Only {@code open} and {@code close} are required. */
class Lines implements BlockingConnectionFactory<Line> {
    volatile IOException failure;

    @Override
    public Line open() throws IOException {
        if (failure != null) throw failure;
        return new Line();
    }

    @Override
    public void close(Line line) {
        line.alive = false;
    }

    @Override
    public void abort(Line line) {
        line.alive = false;
    }

    @Override
    public boolean probe(Line line) {
        return line.alive;
    }

    @Override
    public ReturnState inspect(Line line) {
        if (!line.alive) return ReturnState.BROKEN;
        return line.dirty ? ReturnState.DIRTY : ReturnState.CLEAN;
    }

    @Override
    public void reset(Line line) {
        line.dirty = false;
    }

    /** The number of the running call; 0 if there is none. */
    @Override
    public long callUnderWay(Line line) {
        return 0;
    }

    @Override
    public List<Line> findLost(List<Line> silent, Line witness) {
        return silent.stream().filter(line -> !line.alive).toList();
    }

    @Override
    public ConnectFailure classify(Throwable error) {
        return "no such host".equals(error.getMessage()) ? ConnectFailure.PERMANENT : ConnectFailure.TRANSIENT;
    }

    @Override
    public String explain(Throwable error) {
        return "the line is down: " + error.getMessage();
    }
}
