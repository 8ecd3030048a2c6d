package dev.rockpool.internal.balance;

import dev.rockpool.InvalidConfigException;
import java.util.ArrayList;
import java.util.List;

/** The rules for the members of a balanced pool and their weights. */
public final class Members {
    /** Weights say how often, not how many, so larger ones only hide a mistake. */
    private static final int MOST_WEIGHT = 1_000;

    private Members() {}

    /**
     * Checks them all.
     *
     * @param weights one per member; empty if all are 1
     * @return the weights
     * @throws InvalidConfigException naming everything that is wrong
     */
    public static int[] weights(String name, List<?> members, List<Integer> weights) {
        List<String> problems = new ArrayList<>();
        int count = members.size();
        if (count == 0 || count > Chooser.MOST)
            problems.add("members are " + count + " but must be 1 to " + Chooser.MOST);
        if (members.stream().distinct().count() < count) problems.add("members contain the same pool twice");
        if (!weights.isEmpty() && weights.size() != count)
            problems.add("weights are " + weights.size() + " but must be " + count + ", one for each member, or none");
        for (int weight : weights) {
            if (weight < 1 || weight > MOST_WEIGHT)
                problems.add("weights contain " + weight + " but must be 1 to " + MOST_WEIGHT);
        }
        if (!problems.isEmpty()) throw new InvalidConfigException(name, problems);
        int[] result = new int[count];
        for (int i = 0; i < count; i++) result[i] = weights.isEmpty() ? 1 : weights.get(i);
        return result;
    }
}
