package io.sluice.gateway.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from a view's stored parse tree which column of which relation each of its columns shows. An expression shows
 * none; a column may be shown more than once.
 */
final class ViewTargets {

    private static final int TARGET_DEPTH = 2;
    private static final String TARGET = "{TARGETENTRY ";
    private static final Pattern TAIL = Pattern.compile(
            ":resno (\\d+) :resname .* :ressortgroupref \\d+ :resorigtbl (\\d+) :resorigcol (\\d+) :resjunk false$");

    /** Column number {@code position} of the view shows column number {@code originColumn} of relation {@code origin}. */
    record Target(int position, long origin, int originColumn) {}

    private ViewTargets() {}

    static List<Target> read(String tree) {
        List<Target> targets = new ArrayList<>();
        int depth = 0;
        int start = -1;
        for (int i = 0; i < tree.length(); i++) {
            char c = tree.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
                // Deeper entries belong to subqueries.
                if (depth == TARGET_DEPTH) {
                    start = tree.startsWith(TARGET, i) ? i : -1;
                }
            } else if (c == '}') {
                if (depth == TARGET_DEPTH && start >= 0) {
                    addTarget(tree.substring(tree.lastIndexOf(":resno ", i), i), targets);
                }
                depth--;
            }
        }
        return targets;
    }

    private static void addTarget(String tail, List<Target> targets) {
        Matcher matcher = TAIL.matcher(tail);
        if (matcher.find()) {
            long origin = Long.parseLong(matcher.group(2));
            int column = Integer.parseInt(matcher.group(3));
            if (origin != 0 && column > 0) {
                targets.add(new Target(Integer.parseInt(matcher.group(1)), origin, column));
            }
        }
    }
}
