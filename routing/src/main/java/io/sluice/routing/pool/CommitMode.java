package io.sluice.routing.pool;

/** Notices SQL that may change how a session commits; tokens of such a session are taken on the session itself. */
final class CommitMode {

    private static final String SETTING = "synchronous_commit";

    private CommitMode() {}

    static boolean mayBeChangedBy(String sql) {
        int last = sql.length() - SETTING.length();
        for (int i = 0; i <= last; i++) {
            // Batches are written as text of many thousand characters: most of them are told by their first.
            if ((sql.charAt(i) | 0x20) == 's' && sql.regionMatches(true, i, SETTING, 0, SETTING.length())) {
                return true;
            }
        }
        return false;
    }
}
