package io.unitcost.gate.junit;

import io.unitcost.CostMeter;
import io.unitcost.explain.CostCells;
import io.unitcost.gate.CaseMix;
import io.unitcost.gate.CostAssert.Undecided;
import io.unitcost.gate.GateEvidence;
import io.unitcost.gate.GateReport;
import io.unitcost.gate.ReleaseGate;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.price.PriceTable;
import io.unitcost.slo.CostObjectives;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** The cases of one class, from the first to the verdict. */
final class GateRun {

    private static final int PASSED = 0;
    private static final int UNDECIDED = 3;

    private final CostGate settings;
    private final Class<?> type;
    private final List<Method> verdicts;
    private final @Nullable CostObjectives objectives;
    private final MemoryLedgerSink sink = MemoryLedgerSink.create();
    private final CostLedger ledger = CostLedger.to(this::keep);
    private final PriceTable prices;
    private final CostMeter meter;
    private volatile CostCase current = new CostCase("before all cases");

    private GateRun(
            CostGate settings,
            Class<?> type,
            List<Method> verdicts,
            @Nullable CostObjectives objectives,
            PriceTable prices) {
        this.settings = settings;
        this.type = type;
        this.verdicts = verdicts;
        this.objectives = objectives;
        this.prices = prices;
        this.meter = builder().build();
    }

    /** For a meter that records here. */
    CostMeter.Builder builder() {
        CostMeter.Builder builder = CostMeter.builder().prices(prices).listener(ledger);
        if (objectives == null || objectives.find(settings.value()) == null) {
            builder.feature(settings.value());
        }
        if (objectives != null) {
            objectives.objectives().forEach(builder::objective);
        }
        return builder;
    }

    static GateRun start(CostGate settings, Class<?> type, List<Method> verdicts) {
        CostObjectives objectives = find(type, settings.slo(), CostObjectives::read);
        if (objectives == null && verdicts.isEmpty()) {
            throw new ExtensionConfigurationException("@CostGate on " + type.getName() + ": slo: there is no "
                    + settings.slo() + " on the class path or in " + Path.of("").toAbsolutePath()
                    + ", and no @CostVerdict method; write one of them");
        }
        if (verdicts.isEmpty() && objectives != null && objectives.find(settings.value()) == null) {
            throw new ExtensionConfigurationException("@CostGate on " + type.getName() + ": value: "
                    + settings.slo() + " has no objective of '" + settings.value() + "', only of "
                    + objectives.features() + "; add it there");
        }
        PriceTable prices = PriceTable.bundled();
        if (!settings.prices().isEmpty()) {
            prices = find(type, settings.prices(), PriceTable::read);
            if (prices == null) {
                throw new ExtensionConfigurationException("@CostGate on " + type.getName() + ": prices: there is no "
                        + settings.prices() + " on the class path or in "
                        + Path.of("").toAbsolutePath() + "; put it there");
            }
        }
        if (!settings.production().isEmpty() && !isThere(settings.production())) {
            throw new ExtensionConfigurationException("@CostGate on " + type.getName() + ": production: there is no "
                    + settings.production() + " in " + Path.of("").toAbsolutePath()
                    + "; fetch a ledger of production before the tests, or leave it out");
        }
        return new GateRun(settings, type, verdicts, objectives, prices);
    }

    /** On the class path first, then among the files; {@code null} if it is in neither. */
    private static <T> @Nullable T find(Class<?> type, String name, BiFunction<InputStream, String, T> reader) {
        try (InputStream resource = type.getClassLoader().getResourceAsStream(name)) {
            if (resource != null) {
                return reader.apply(resource, name);
            }
            Path file = Path.of(name);
            if (!Files.exists(file)) {
                return null;
            }
            try (InputStream in = Files.newInputStream(file)) {
                return reader.apply(in, name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void begin(CostCase next) {
        current = next;
    }

    private void keep(LedgerRecord record) {
        CostCase running = current;
        LedgerRecord.Builder named = record.toBuilder();
        if (record.caseId() == null) {
            named.caseId(running.id());
        }
        if (record.session() == null) {
            named.session(running.session());
        }
        sink.accept(named.build());
    }

    boolean isOf(Class<?> other) {
        return type == other;
    }

    CostMeter meter() {
        return meter;
    }

    CostCase current() {
        return current;
    }

    RecordedCosts recorded() {
        return new RecordedCosts(sink.records(), file());
    }

    private Path file() {
        return Path.of(settings.directory(), type.getName() + ".jsonl");
    }

    /** Closes what is open, leaves the ledger behind, and judges. */
    void finish(Consumer<String> report) throws Exception {
        meter.close();
        ledger.close();
        leave();
        if (verdicts.isEmpty()) {
            judge(report);
        }
        for (Method verdict : verdicts) {
            invoke(verdict);
        }
    }

    private void leave() throws IOException {
        Files.createDirectories(file().toAbsolutePath().getParent());
        Files.deleteIfExists(file());
        try (LedgerWriter writer = LedgerWriter.create(file())) {
            sink.records().forEach(writer::write);
        }
    }

    private void invoke(Method verdict) throws Exception {
        Object[] arguments = new Object[verdict.getParameterCount()];
        Arrays.fill(arguments, recorded());
        verdict.setAccessible(true);
        try {
            verdict.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    private void judge(Consumer<String> report) {
        ReleaseGate.Builder builder = ReleaseGate.builder().feature(settings.value());
        if (objectives != null) {
            builder.objectives(objectives);
        }
        addProduction(builder);
        ReleaseGate gate = builder.build();
        GateEvidence candidate = gate.evidence();
        sink.records().forEach(candidate::add);
        GateReport result = gate.judge(candidate, baseline(gate));
        String text = result.toString();
        report.accept(text);
        if (result.exitCode() == UNDECIDED && settings.undecided() == Undecided.ABORT) {
            throw new TestAbortedException(text);
        }
        if (result.exitCode() != PASSED) {
            throw new AssertionFailedError(text);
        }
    }

    private void addProduction(ReleaseGate.Builder gate) {
        if (settings.production().isEmpty()) {
            return;
        }
        CostCells.Builder cells = CostCells.builder();
        CaseMix.Builder mix = CaseMix.builder();
        try (LedgerReader reader = LedgerReader.open(Path.of(settings.production()))) {
            reader.forEach(record -> {
                cells.add(record);
                mix.add(record);
            });
        }
        gate.production(cells.build()).caseMix(mix.build());
    }

    private static boolean isThere(String file) {
        return !file.isEmpty() && Files.exists(Path.of(file));
    }

    private @Nullable GateEvidence baseline(ReleaseGate gate) {
        if (!isThere(settings.baseline())) {
            return null;
        }
        try (LedgerReader reader = LedgerReader.open(Path.of(settings.baseline()))) {
            return gate.evidence().add(reader);
        }
    }
}
