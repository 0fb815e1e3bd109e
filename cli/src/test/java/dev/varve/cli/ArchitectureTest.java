package dev.varve.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The dependency rules of AGENTS.md: which package may use which, and the one package of each
 * library.
 */
@AnalyzeClasses(
    packages = "dev.varve",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.WithoutJarsOfTests.class
    })
final class ArchitectureTest {
  /** Leaves out the classes of other modules' tests. */
  static final class WithoutJarsOfTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String CORE = "dev.varve.core.";

  /** The packages of core; each may use the packages before it. */
  private static final List<String> CORE_PACKAGES =
      List.of(
          "bytes",
          "parallel",
          "process",
          "json",
          "compress",
          "bindiff",
          "tar",
          "tardiff",
          "image",
          "signing",
          "filetree",
          "boot",
          "layout",
          "rootfs",
          "copy",
          "packages",
          "plan",
          "state",
          "update",
          "lint",
          "history",
          "sbom",
          "delta",
          "git",
          "notes");

  /** The one package that may use a library. */
  private static final Map<String, String> PACKAGES_OF_LIBRARIES =
      Map.ofEntries(
          Map.entry("com.google.gson..", "dev.varve.core.json"),
          Map.entry("com.github.luben.zstd..", "dev.varve.core.compress"),
          Map.entry("org.apache.commons.compress..", "dev.varve.core.compress"),
          Map.entry("com.sun.jna..", "dev.varve.core.rootfs"),
          Map.entry("org.yaml.snakeyaml..", "dev.varve.core.plan"),
          Map.entry("org.spdx..", "dev.varve.core.sbom"),
          Map.entry("org.cyclonedx..", "dev.varve.core.sbom"),
          Map.entry("com.github.packageurl..", "dev.varve.core.sbom"),
          Map.entry("com.contrastsecurity..", "dev.varve.core.lint.sarif"),
          Map.entry("com.fasterxml.jackson..", "dev.varve.core.lint.(sarif|toml)"),
          Map.entry("org.sqlite..", "dev.varve.core.packages.rpm"),
          Map.entry("java.sql..", "dev.varve.core.packages.rpm"),
          Map.entry("org.bouncycastle..", "dev.varve.core.signing"),
          Map.entry("com.google.cloud.tools..", "dev.varve.registry.name"),
          Map.entry("com.google.api..", "dev.varve.registry.http.wire"),
          Map.entry("org.apache.hc..", "dev.varve.registry.http.wire"),
          Map.entry("org.conscrypt..", "dev.varve.registry.http.wire"),
          Map.entry("javax.net.ssl..", "dev.varve.registry.http.wire"));

  /** The packages of the command line, each with the packages that it may use. */
  private static final Map<String, List<String>> CLI_PACKAGES =
      Map.of(
          "command", List.of("option", "session", "report", "github", "terminal", "manual"),
          "option", List.of("session", "terminal"),
          "session", List.of("terminal"),
          "report", List.of("terminal"),
          "github", List.of("report", "terminal"),
          "manual", List.of("option", "terminal"),
          "terminal", List.of());

  @ArchTest
  static void aModuleUsesOnlyTheModulesBelowIt(JavaClasses ours) {
    mayUseOnly("dev.varve.core..", "dev.varve.core..").check(ours);
    mayUseOnly(
            "dev.varve.registry..",
            "dev.varve.registry..",
            "dev.varve.core.image",
            "dev.varve.core.signing",
            "dev.varve.core.json",
            "dev.varve.core.process",
            "dev.varve.core.parallel",
            "dev.varve.core.bytes")
        .check(ours);
    mayUseOnly(
            "dev.varve.runner..", "dev.varve.runner..", "dev.varve.registry..", "dev.varve.core..")
        .check(ours);
  }

  @ArchTest
  static void enginesKnowNothingOfRegistries(JavaClasses ours) {
    for (String engines : List.of("dev.varve.runner", "builtin", "container", "storage")) {
      String users = engines.contains(".") ? engines : "dev.varve.runner." + engines;
      mayUseOnly(
              users,
              "dev.varve.runner",
              "dev.varve.runner.(builtin|container|storage)",
              "dev.varve.core..")
          .check(ours);
    }
  }

  @ArchTest
  static void packagesOfTheCommandLineUseOnlyThePackagesBelow(JavaClasses ours) {
    CLI_PACKAGES.forEach(
        (name, below) -> {
          List<String> allowed = new ArrayList<>();
          allowed.add("dev.varve.cli." + name);
          below.forEach(other -> allowed.add("dev.varve.cli." + other));
          allowed.addAll(List.of("dev.varve.core..", "dev.varve.registry..", "dev.varve.runner.."));
          mayUseOnly("dev.varve.cli." + name, allowed.toArray(String[]::new)).check(ours);
        });
  }

  @ArchTest
  static void everyClassOfTheCommandLineButMainIsInAListedPackage(JavaClasses ours) {
    classes()
        .that()
        .resideInAPackage("dev.varve.cli")
        .should()
        .haveNameMatching("dev\\.varve\\.cli\\.(Main(\\$.*)?|package-info)")
        .check(ours);
    classes()
        .that()
        .resideInAPackage("dev.varve.cli..")
        .should()
        .resideInAnyPackage(
            Stream.concat(
                    Stream.of("dev.varve.cli"),
                    CLI_PACKAGES.keySet().stream().map(name -> "dev.varve.cli." + name))
                .toArray(String[]::new))
        .check(ours);
  }

  /** The types that commands get from their session instead of creating them. */
  private static final Set<String> OPENED_BY_SESSION =
      Set.of(
          "dev.varve.cli.terminal.ConsoleProgress",
          "dev.varve.cli.session.Transports",
          "dev.varve.cli.session.Registries",
          "dev.varve.core.bytes.Scratch",
          "dev.varve.core.process.StepRunner",
          "dev.varve.registry.Registry");

  @ArchTest
  static final ArchRule commandsOpenNothingBesideTheirSession =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.cli.command", "dev.varve.cli.option")
          .should()
          .callConstructorWhere(
              describe(
                  "open progress, scratch, registries or transports",
                  call -> OPENED_BY_SESSION.contains(call.getTargetOwner().getName())));

  @ArchTest
  static void aPackageOfCoreUsesOnlyTheOnesBeforeIt(JavaClasses ours) {
    List<String> soFar = new ArrayList<>();
    for (String name : CORE_PACKAGES) {
      soFar.add(CORE + name + "..");
      mayUseOnly(CORE + name + "..", soFar.toArray(String[]::new)).check(ours);
    }
  }

  @ArchTest
  static void everyPackageOfCoreHasItsPlaceInTheOrder(JavaClasses ours) {
    String[] known = CORE_PACKAGES.stream().map(name -> CORE + name + "..").toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage("dev.varve.core..")
        .should()
        .resideInAnyPackage(known)
        .allowEmptyShould(true)
        .check(ours);
  }

  /** The classes of Jib that we use: its parser of references. */
  private static final List<String> USED_CLASSES_OF_JIB =
      List.of("ImageReference", "InvalidImageReferenceException");

  @ArchTest
  static void jibParsesReferencesAndDoesNothingElse(JavaClasses ours) {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("com.google.cloud.tools..")
                .and(
                    describe(
                        "are none of " + USED_CLASSES_OF_JIB,
                        type -> !USED_CLASSES_OF_JIB.contains(type.getSimpleName()))))
        .check(ours);
  }

  @ArchTest
  static void requestsAndLoginsKnowNothingOfEachOtherNorOfRegistries(JavaClasses ours) {
    mayUseOnly("dev.varve.registry.http", "dev.varve.registry.http", "dev.varve.core.bytes")
        .check(ours);
    mayUseOnly(
            "dev.varve.registry.http.wire",
            "dev.varve.registry.http",
            "dev.varve.registry.http.wire",
            "dev.varve.core.signing",
            "dev.varve.core.bytes")
        .check(ours);
    mayUseOnly(
            "dev.varve.registry.credentials..",
            "dev.varve.registry.credentials",
            "dev.varve.core.process",
            "dev.varve.core.json",
            "dev.varve.core.bytes")
        .check(ours);
  }

  @ArchTest
  static void blobsAndEndpointsKnowNothingOfManifestsAndTags(JavaClasses ours) {
    mayUseOnly("dev.varve.registry.name", "dev.varve.registry.name", "dev.varve.core.image")
        .check(ours);
    mayUseOnly(
            "dev.varve.registry.endpoint",
            "dev.varve.registry.(endpoint|name|credentials|http)",
            "dev.varve.core.(json|bytes)")
        .check(ours);
    mayUseOnly(
            "dev.varve.registry.blob",
            "dev.varve.registry.(blob|endpoint|name|http)",
            "dev.varve.core.(image|bytes)")
        .check(ours);
  }

  @ArchTest
  static void registriesKnowNothingOfSignatures(JavaClasses ours) {
    mayUseOnly(
            "dev.varve.registry",
            "dev.varve.registry..",
            "dev.varve.core.(image|json|parallel|bytes)")
        .check(ours);
    noClasses()
        .that()
        .resideInAPackage("dev.varve.registry")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.varve.registry.signing")
        .check(ours);
  }

  @ArchTest
  static final ArchRule packagesDependOnEachOtherWithoutCycles =
      slices().matching("dev.varve.(**)").should().beFreeOfCycles();

  @ArchTest
  static void aLibraryIsUsedInItsOnePackageOnly(JavaClasses ours) {
    PACKAGES_OF_LIBRARIES.forEach(
        (library, home) ->
            noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(ours));
  }

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.varve.cli",
              "dev.varve.cli.command",
              "dev.varve.cli.option",
              "dev.varve.cli.terminal",
              "dev.varve.cli.manual")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule onlyTheCliPrints =
      noClasses().that().resideOutsideOfPackage("dev.varve.cli..").should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule nothingLogs =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.logging..", "org.slf4j..");

  @ArchTest
  static final ArchRule namesTellRoles =
      noClasses()
          .should()
          .haveNameMatching(".*[.$](Abstract\\w*|\\w*(Utils?|Helper|Manager|Impl))");

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .should(
              new ArchCondition<>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  events.add(
                      new SimpleConditionEvent(
                          type,
                          type.getPackage().isAnnotatedWith(NullMarked.class),
                          type.getPackageName() + " of " + type.getName()));
                }
              });

  private static ArchRule mayUseOnly(String users, String... allowed) {
    return noClasses()
        .that()
        .resideInAPackage(users)
        .should()
        .dependOnClassesThat(resideInAPackage("dev.varve..").and(resideOutsideOfPackages(allowed)))
        .allowEmptyShould(true);
  }
}
