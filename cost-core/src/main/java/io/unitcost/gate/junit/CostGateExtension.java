package io.unitcost.gate.junit;

import io.unitcost.CostMeter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Behind {@link CostGate}: one run for the outermost class that has it, nested classes included. */
final class CostGateExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace ROOM = Namespace.create(CostGateExtension.class);

    // JUnit calls it
    CostGateExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (context.getStore(ROOM).get(GateRun.class) == null) {
            Class<?> type = context.getRequiredTestClass();
            CostGate gate = AnnotationSupport.findAnnotation(type, CostGate.class)
                    .orElseThrow(() -> new ExtensionConfigurationException(
                            type.getName() + ": CostGateExtension needs settings; annotate the class with @CostGate"));
            context.getStore(ROOM).put(GateRun.class, GateRun.start(gate, type, verdicts(type)));
        }
    }

    private static List<Method> verdicts(Class<?> type) {
        List<Method> verdicts =
                AnnotationSupport.findAnnotatedMethods(type, CostVerdict.class, HierarchyTraversalMode.TOP_DOWN);
        for (Method verdict : verdicts) {
            if (!Modifier.isStatic(verdict.getModifiers()) || Modifier.isPrivate(verdict.getModifiers())) {
                throw new ExtensionConfigurationException(
                        verdict + ": @CostVerdict runs when all instances are gone; make it static, and not private");
            }
            for (Class<?> parameter : verdict.getParameterTypes()) {
                if (parameter != RecordedCosts.class) {
                    throw new ExtensionConfigurationException(verdict + ": a @CostVerdict has no parameter of "
                            + parameter.getName() + "; it may have RecordedCosts");
                }
            }
        }
        return verdicts;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        run(context).begin(new CostCase(name(context)));
    }

    /** Display names may hold prompts; numbers of runs do not. */
    private static String name(ExtensionContext context) {
        String id = context.getUniqueId();
        int invocation = id.lastIndexOf("invocation:#");
        Class<?> type = context.getRequiredTestClass();
        String method = (type.isMemberClass() && AnnotationSupport.isAnnotated(type, Nested.class)
                        ? type.getSimpleName() + "."
                        : "")
                + context.getRequiredTestMethod().getName();
        return invocation < 0 ? method : method + id.substring(id.indexOf('#', invocation), id.length() - 1);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        GateRun run = context.getStore(ROOM).get(GateRun.class, GateRun.class);
        if (run != null && run.isOf(context.getRequiredTestClass())) {
            run.finish(text -> context.publishReportEntry("AI cost gate", text));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == CostMeter.class
                || type == CostMeter.Builder.class
                || type == CostCase.class
                || type == RecordedCosts.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        GateRun run = run(context);
        if (type == CostMeter.class) {
            return run.meter();
        }
        if (type == CostMeter.Builder.class) {
            return run.builder();
        }
        return type == CostCase.class ? run.current() : run.recorded();
    }

    private static GateRun run(ExtensionContext context) {
        GateRun run = context.getStore(ROOM).get(GateRun.class, GateRun.class);
        if (run == null) {
            throw new ExtensionConfigurationException(
                    "@CostGate: the class has not begun; use its parameters in tests, not in constructors");
        }
        return run;
    }
}
