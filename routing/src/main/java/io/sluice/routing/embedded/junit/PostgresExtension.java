package io.sluice.routing.embedded.junit;

import java.lang.reflect.Field;
import java.util.Arrays;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Makes the database when its class begins and lets the store of JUnit drop it when the class ends. */
final class PostgresExtension implements BeforeAllCallback, TestInstancePostProcessor, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    PostgresExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        TestDatabase database = database(context);
        for (Field field : fields(context.getRequiredTestClass(), true)) {
            field.set(null, database);
        }
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) throws IllegalAccessException {
        for (Field field : fields(instance.getClass(), false)) {
            field.set(instance, database(context));
        }
    }

    private static Iterable<Field> fields(Class<?> type, boolean ofTheClass) {
        return ReflectionSupport.findFields(
                        type,
                        field -> field.getType() == TestDatabase.class
                                && java.lang.reflect.Modifier.isStatic(field.getModifiers()) == ofTheClass
                                && !java.lang.reflect.Modifier.isFinal(field.getModifiers()),
                        HierarchyTraversalMode.TOP_DOWN)
                .stream()
                .peek(field -> field.setAccessible(true))
                .toList();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestDatabase.class;
    }

    @Override
    public TestDatabase resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return database(context);
    }

    private static TestDatabase database(ExtensionContext context) {
        Class<?> owner = owner(context.getRequiredTestClass());
        ExtensionContext outermost = context;
        while (outermost.getTestClass().filter(type -> type == owner).isEmpty()
                || outermost
                        .getParent()
                        .flatMap(ExtensionContext::getTestClass)
                        .filter(type -> type == owner)
                        .isPresent()) {
            outermost = outermost
                    .getParent()
                    .orElseThrow(() -> new ExtensionConfigurationException("no class with @PostgresTest"));
        }
        Store shared = context.getRoot().getStore(NAMESPACE);
        return outermost
                .getStore(NAMESPACE)
                .computeIfAbsent(owner, type -> DatabaseLease.take(shared, type, annotation(type)), DatabaseLease.class)
                .database();
    }

    /** The outermost class around {@code type} that has the annotation, itself included. */
    private static Class<?> owner(Class<?> type) {
        Class<?> owner = null;
        for (Class<?> candidate = type; candidate != null; candidate = candidate.getEnclosingClass()) {
            if (AnnotationSupport.isAnnotated(candidate, PostgresTest.class)) {
                owner = candidate;
            }
        }
        if (owner == null) {
            throw new ExtensionConfigurationException(type.getName() + " is not in a class with @PostgresTest");
        }
        return owner;
    }

    private static PostgresTest annotation(Class<?> type) {
        return AnnotationSupport.findAnnotation(type, PostgresTest.class)
                .orElseThrow(() -> new ExtensionConfigurationException(Arrays.toString(type.getAnnotations())));
    }
}
