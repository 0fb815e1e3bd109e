package dev.varve.core.lint;

import dev.varve.core.packages.Drift.Attribute;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs rules on an image. */
public final class Lint {
  /** All rules: what is known by name before what is known only to have changed. */
  public static final List<Rule> RULES =
      List.of(
          new MachineIds(),
          new SharedSecrets(),
          new VarRun(),
          new UsrEtc(),
          new Kernels(),
          new KernelArguments(),
          new Names(),
          new BaseDirectories(),
          new BootableLabel(),
          new Logs(),
          new RuntimeContent(),
          new RpmDatabases(),
          new Drifted(
              Attribute.OWNER,
              "owners",
              "A file belongs to another user or group than its package says.",
              drifted(
                  "RUN rpm --setugids PACKAGE",
                  "RUN apk fix --reinstall --directory-permissions PACKAGE",
                  "RUN chown OWNER:GROUP PATH")),
          new Drifted(
              Attribute.MODE,
              "modes",
              "A file has other permissions than its package says.",
              drifted(
                  "RUN rpm --setperms PACKAGE",
                  "RUN apk fix --directory-permissions",
                  "RUN chmod MODE PATH")),
          new Drifted(
              Attribute.CAPABILITIES,
              "capabilities",
              "An executable has other capabilities than its package says: it may fail, or may do more than it should.",
              new PackageCommands(Map.of(PackageFormat.RPM, "RUN rpm --setcaps PACKAGE"))),
          new ChangedInitramfs(),
          new CompiledModules(),
          new GeneratedCaches(),
          new ChangedPackageFiles(),
          new BuildOutput(),
          new VarContent(),
          new HiddenContent());

  private Lint() {}

  /** Cures by the databases that know owners and modes. */
  private static PackageCommands drifted(String rpm, String apk, String pacman) {
    return new PackageCommands(
        Map.of(PackageFormat.RPM, rpm, PackageFormat.APK, apk, PackageFormat.PACMAN, pacman));
  }

  /**
   * Checks names of rules.
   *
   * @throws IllegalArgumentException if there is no rule of a name
   */
  public static void requireKnown(Set<String> names) {
    List<String> known = RULES.stream().map(Rule::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "expected one of the rules " + String.join(", ", known) + ", got \"" + name + "\"");
      }
    }
  }

  /**
   * Checks an image.
   *
   * @param disabled the names of rules to leave out
   * @return what was found, in the order of the rules
   * @throws IllegalArgumentException if there is no rule of a name
   * @throws IOException if files can't be read
   */
  public static List<Finding> check(LintedImage image, Set<String> disabled) throws IOException {
    requireKnown(disabled);
    Findings findings = new Findings(RULES.get(0), image.packageFormats());
    for (Rule rule : RULES) {
      if (!disabled.contains(rule.name())) {
        findings.of(rule);
        rule.check(image, findings);
      }
    }
    return findings.all();
  }
}
