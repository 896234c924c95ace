package io.sluice.loadtests.report;

/**
 * Something that happened while the load ran.
 *
 * @param second since the first journey began
 * @param text what
 */
public record Mark(int second, String text) {}
