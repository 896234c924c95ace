package io.sluice.routing.testing;

import java.util.Arrays;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks of one module that JMH's own arguments name, for the Maven profile {@code jmh}. Every module of the
 * build is given the same arguments, so it is no error that none of a module's is meant.
 */
public final class Benchmarks {

    private Benchmarks() {}

    /** The module's base package, then JMH's arguments. */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        String basePackage = arguments[0];
        CommandLineOptions asked = new CommandLineOptions(Arrays.copyOfRange(arguments, 1, arguments.length));
        // Those of other modules are on the class path too, with the test-jar.
        Runner runner = new Runner(new OptionsBuilder()
                .parent(asked)
                .exclude("^(?!" + basePackage.replace(".", "\\.") + "\\.)")
                .shouldFailOnError(true)
                .build());
        try {
            runner.run();
        } catch (NoBenchmarksException none) {
            System.out.println("# No benchmark of " + basePackage + " fits " + asked.getIncludes());
        }
    }
}
