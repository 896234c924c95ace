package io.sluice.loadtests.checks;

/** An answer whose content is wrong, whatever its status says. */
public final class ContentException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 300;

    /**
     * @param wrong what the answer does or has, as the rest of a sentence
     * @param seen the body or the part of it that is wrong; shortened when it is long
     */
    public ContentException(String wrong, String seen) {
        super("the answer " + wrong + (seen.isEmpty() ? "" : ": " + shortened(seen)), null, false, false);
    }

    private static String shortened(String seen) {
        String line = seen.replaceAll("\\s+", " ").trim();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
