package io.jenkins.plugins.k8srollout.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.Configuration.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.adhereToPlantUmlDiagram;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.BeforeClass;
import org.junit.Test;

/** Holds the code to {@code design.puml} and to the rules that prose could not keep. */
public class ArchitectureTest {
    private static final String ROOT = "io.jenkins.plugins.k8srollout";
    private static final Set<String> IMMUTABLE_HOLDERS =
            Set.of(Map.class.getName(), Set.class.getName(), List.class.getName());

    private static JavaClasses code;

    @BeforeClass
    public static void readCode() {
        code = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    @Test
    public void roomsImportOnlyWhatTheDiagramAllows() {
        classes()
                .that()
                .resideInAPackage(ROOT + "..")
                .should(adhereToPlantUmlDiagram(
                        getClass().getResource("/design.puml"), consideringOnlyDependenciesInAnyPackage(ROOT + "..")))
                .check(code);
    }

    @Test
    public void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(code);
    }

    @Test
    public void engineKnowsNoJenkins() {
        noClasses()
                .that()
                .resideInAPackage("..engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "hudson..", "jenkins..", "org.jenkinsci..", "org.kohsuke..", "com.cloudbees..", "jakarta..")
                .check(code);
    }

    @Test
    public void modelAndEventNeedOnlyTheJdk() {
        noClasses()
                .that()
                .resideInAnyPackage("..engine.model..", "..engine.event..")
                .should()
                .dependOnClassesThat(describe(
                        "are neither the JDK's nor ours",
                        c -> !c.getPackageName().startsWith("java.")
                                && !c.getPackageName().startsWith(ROOT)
                                && !c.isPrimitive()
                                && !c.isArray()))
                .check(code);
    }

    @Test
    public void onlyTheClusterRoomImportsTheClient() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..engine.cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .check(code);
    }

    @Test
    public void pureRoomsTouchNoFilesClockOrNetwork() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..engine.manifest..",
                        "..engine.health..",
                        "..engine.affinity..",
                        "..engine.strategy..",
                        "..engine.agentpod..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent..")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(code);
    }

    @Test
    public void nothingSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .check(code);
    }

    @Test
    public void staticFieldsNeverChange() {
        fields().that()
                .areStatic()
                .and()
                .doNotHaveName("$assertionsDisabled")
                .should()
                .beFinal()
                .check(code);
    }

    @Test
    public void staticFieldsHoldNoMutableCollections() {
        fields().that(describe(
                        "are typed as a collection that can change",
                        (JavaField field) -> field.getModifiers().contains(STATIC)
                                && !IMMUTABLE_HOLDERS.contains(
                                        field.getRawType().getName())
                                && (field.getRawType().isAssignableTo(Map.class)
                                        || field.getRawType().isAssignableTo(Collection.class))))
                .should()
                .notBeStatic()
                .allowEmptyShould(true)
                .check(code);
    }

    @Test
    public void exceptionsHaveMessages() {
        noClasses()
                .should()
                .callConstructorWhere(describe(
                        "makes an exception without a message",
                        (JavaConstructorCall call) -> call.getTargetOwner().isAssignableTo(Exception.class)
                                && call.getTarget().getRawParameterTypes().isEmpty()
                                && !call.getOrigin().isConstructor()))
                .check(code);
        classes()
                .that(assignableTo(Exception.class))
                .should()
                .haveSimpleNameEndingWith("Exception")
                .check(code);
    }
}
