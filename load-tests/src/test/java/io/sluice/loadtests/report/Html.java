package io.sluice.loadtests.report;

/** Text in the pages of the reports. */
public final class Html {

    private Html() {}

    /** The text as it has to stand between tags. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
