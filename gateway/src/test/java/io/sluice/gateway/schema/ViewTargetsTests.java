package io.sluice.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ViewTargetsTests {

    @Test
    void readsTheColumnsThatTheOutermostQueryShows() {
        String subquery = "{SUBLINK :subselect {QUERY :targetList (" + target(1, "x", 99, 1) + ") :rest <>}}";
        String tree = "({QUERY :rtable <> :targetList (" + target(1, "id", 1234, 7) + " "
                + "{TARGETENTRY :expr " + subquery
                + " :resno 2 :resname n :ressortgroupref 0 :resorigtbl 0 :resorigcol 0 :resjunk false}) :override 0})";

        assertThat(ViewTargets.read(tree)).containsExactly(new ViewTargets.Target(1, 1234, 7));
    }

    @Test
    void isNotMisledByBracesInNames() {
        String tree = "({QUERY :targetList (" + target(3, "a\\{b\\}\\ c", 5, 2) + ")})";

        assertThat(ViewTargets.read(tree)).containsExactly(new ViewTargets.Target(3, 5, 2));
    }

    @Test
    void leavesOutJunkColumns() {
        String tree = "({QUERY :targetList (" + target(1, "a", 5, 1).replace(":resjunk false", ":resjunk true") + ")})";

        assertThat(ViewTargets.read(tree)).isEmpty();
    }

    private static String target(int position, String name, long table, int column) {
        return "{TARGETENTRY :expr {VAR :varno 1} :resno " + position + " :resname " + name
                + " :ressortgroupref 0 :resorigtbl " + table + " :resorigcol " + column + " :resjunk false}";
    }
}
