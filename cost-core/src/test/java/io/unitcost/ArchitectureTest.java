package io.unitcost;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may know whom: price ← sources and capacity ← account ← metrics, slo and ledger, and each library in its own room. */
class ArchitectureTest {

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost");

    @Test
    void theScanFoundTheModule() {
        assertThat(CORE).hasSizeGreaterThan(40);
        assertThat(CORE.stream().map(JavaClass::getPackageName).distinct())
                .contains(
                        "io.unitcost",
                        "io.unitcost.price",
                        "io.unitcost.price.source",
                        "io.unitcost.capacity",
                        "io.unitcost.usage",
                        "io.unitcost.metrics",
                        "io.unitcost.slo",
                        "io.unitcost.ledger",
                        "io.unitcost.explain",
                        "io.unitcost.gate");
    }

    @Test
    void dependenciesPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("price")
                .definedBy("io.unitcost.price")
                .layer("source")
                .definedBy("io.unitcost.price.source")
                .layer("capacity")
                .definedBy("io.unitcost.capacity")
                .layer("usage")
                .definedBy("io.unitcost.usage")
                .layer("account")
                .definedBy("io.unitcost")
                .layer("metrics")
                .definedBy("io.unitcost.metrics")
                .layer("slo")
                .definedBy("io.unitcost.slo")
                .layer("ledger")
                .definedBy("io.unitcost.ledger")
                .layer("explain")
                .definedBy("io.unitcost.explain")
                .layer("gate")
                .definedBy("io.unitcost.gate..")
                .whereLayer("price")
                .mayNotAccessAnyLayer()
                .whereLayer("source")
                .mayOnlyAccessLayers("price")
                .whereLayer("capacity")
                .mayOnlyAccessLayers("price")
                .whereLayer("usage")
                .mayOnlyAccessLayers("price")
                .whereLayer("account")
                .mayOnlyAccessLayers("price", "source", "capacity", "usage")
                .whereLayer("metrics")
                .mayOnlyAccessLayers("price", "source", "capacity", "account", "ledger")
                .whereLayer("slo")
                .mayOnlyAccessLayers("price", "account", "explain")
                .whereLayer("ledger")
                .mayOnlyAccessLayers("price", "account")
                .whereLayer("explain")
                .mayOnlyAccessLayers("price", "account", "ledger")
                .whereLayer("gate")
                .mayOnlyAccessLayers("price", "account", "slo", "ledger", "explain")
                .check(CORE);
        slices().matching("io.unitcost.(*)..").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void eachLibraryHasItsRoom() {
        onlyIn("io.micrometer.core..", "io.unitcost.metrics");
        onlyIn("tools.jackson..", "io.unitcost.price", "io.unitcost.slo", "io.unitcost.ledger");
        onlyIn("com.github.benmanes.caffeine..", "io.unitcost", "io.unitcost.price");
        onlyIn("java.net.http..", "io.unitcost.price.source");
        onlyIn("com.knuddels..", "io.unitcost.usage");
        onlyIn("org.junit..", "io.unitcost.gate.junit");
        noClasses()
                .that()
                .resideOutsideOfPackage("io.unitcost.gate.junit")
                .and()
                .doNotHaveSimpleName("Abort")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.opentest4j..")
                .check(CORE);
        noClasses()
                .that()
                .doNotHaveSimpleName("CurrentRequestAccessor")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer.context..")
                .check(CORE);
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson.databind.."))
                .check(CORE);
    }

    @Test
    void packagesAreNullMarked() {
        assertThat(CORE.stream().map(JavaClass::getPackage).distinct())
                .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class))
                        .as(room.getName())
                        .isTrue());
    }

    @Test
    void whatIsPublicIsFinalOrCannotBe() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CORE);
    }

    @Test
    void everyPublicTypeIsNamedHere() {
        assertThat(CORE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder(
                        // price
                        "Money",
                        "Unit",
                        "Usage",
                        "Rate",
                        "PriceSheet",
                        "ProviderTerms",
                        "ModelPrice",
                        "PriceMatch",
                        "LoadReport",
                        "Charge",
                        "Unpriced",
                        "PriceTable",
                        "PriceTableException",
                        "PriceLint",
                        "PriceChange",
                        "PriceChanges",
                        // price.source
                        "PriceSources",
                        "LayerStatus",
                        // account
                        "CostMeter",
                        "RequestMeter",
                        "CallMeter",
                        "Attempt",
                        "AttemptCost",
                        "RequestCost",
                        "RequestCostListener",
                        "Tally",
                        "CostObjective",
                        "Scope",
                        "Outcome",
                        "Part",
                        "Quality",
                        "ReportedCost",
                        "CurrentRequestAccessor",
                        // capacity, usage, metrics
                        "CapacityPool",
                        "UsageReader",
                        "UsageReport",
                        "TextVolume",
                        "RequestReader",
                        "RequestReport",
                        "SeenText",
                        "TokenEstimator",
                        "CostMetrics",
                        // slo
                        "CostWindow",
                        "WindowSnapshot",
                        "CostObjectives",
                        // ledger
                        "CostLedger",
                        "LedgerRecord",
                        "LedgerAttempt",
                        "LedgerReader",
                        "LedgerWriter",
                        "LedgerException",
                        "LedgerSink",
                        "LedgerCounts",
                        "MemoryLedgerSink",
                        "Repricing",
                        "RepricingSummary",
                        "FileLedgerSink",
                        // explain
                        "CostCells",
                        "CellBuckets",
                        "Driver",
                        "Explanation",
                        // gate
                        "Verdict",
                        "CostCheck",
                        "CaseMix",
                        "ReleaseGate",
                        "GateEvidence",
                        "GateReport",
                        "CostAssertions",
                        "CostAssert",
                        // gate.junit
                        "CostGate",
                        "CostVerdict",
                        "CostCase",
                        "RecordedCosts");
    }

    private static void onlyIn(String library, String... rooms) {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CORE);
        for (String room : rooms) {
            assertThat(CORE.stream()
                            .filter(type -> type.getPackageName().equals(room))
                            .flatMap(type -> type.getDirectDependenciesFromSelf().stream()))
                    .as(room + " uses " + library)
                    .anyMatch(dependency ->
                            dependency.getTargetClass().getPackageName().startsWith(library.replace("..", "")));
        }
    }
}
