package io.sluice.loadtests.report;

import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/** Marks as lines through a chart: with their texts where there is room for all of them, else with numbers. */
final class MarksInChart {

    private static final double CHARACTER = 6.5;
    private static final int LINE = 11;

    /** Numbers go down so many lines before they begin at the top again. */
    private static final int LINES = 3;

    private final List<Mark> marks;
    private final IntToDoubleFunction x;
    private final int width;
    private final int height;

    /** @param x where a second stands */
    MarksInChart(List<Mark> marks, IntToDoubleFunction x, int width, int height) {
        this.marks = marks;
        this.x = x;
        this.width = width;
        this.height = height;
    }

    /** What the numbers stand for. */
    static String legend(List<Mark> marks) {
        StringBuilder legend = new StringBuilder("<p class=\"marks\">");
        for (int i = 0; i < marks.size(); i++) {
            legend.append(String.format(
                    Locale.ROOT,
                    "<span><b>%d</b> %d s %s</span> ",
                    i + 1,
                    marks.get(i).second(),
                    Html.escaped(marks.get(i).text())));
        }
        return legend.append("</p>").toString();
    }

    String svg() {
        boolean texts = textsFit();
        StringBuilder drawn = new StringBuilder();
        int line = 0;
        for (int i = 0; i < marks.size(); i++) {
            line = i > 0 && at(i) - at(i - 1) < 3 * CHARACTER ? (line + 1) % LINES : 0;
            drawn.append(String.format(
                    Locale.ROOT,
                    "<line class=\"mark\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"0\" y2=\"%2$d\"/>"
                            + "<text class=\"mark-text\" x=\"%3$.1f\" y=\"%4$d\">%5$s</text>",
                    at(i),
                    height,
                    at(i) + 3,
                    (line + 1) * LINE,
                    texts ? Html.escaped(marks.get(i).text()) : Integer.toString(i + 1)));
        }
        return drawn.toString();
    }

    private boolean textsFit() {
        for (int i = 0; i < marks.size(); i++) {
            double room = (i + 1 < marks.size() ? at(i + 1) : width) - at(i);
            if (marks.get(i).text().length() * CHARACTER > room) {
                return false;
            }
        }
        return true;
    }

    private double at(int mark) {
        return x.applyAsDouble(marks.get(mark).second());
    }
}
