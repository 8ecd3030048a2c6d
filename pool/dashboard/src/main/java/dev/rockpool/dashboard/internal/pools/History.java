package dev.rockpool.dashboard.internal.pools;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest points of a pool: ten minutes, so that a page which was just opened has a picture. Not thread-safe. */
final class History {
    static final int MOST = 600;

    private final Deque<Point> points = new ArrayDeque<>();

    void add(Point point) {
        if (points.size() == MOST) points.removeFirst();
        points.addLast(point);
    }

    /** The points after this time, the oldest first. */
    List<Point> after(long time) {
        List<Point> later = new ArrayList<>();
        for (Point point : points) if (point.at() > time) later.add(point);
        return later;
    }
}
