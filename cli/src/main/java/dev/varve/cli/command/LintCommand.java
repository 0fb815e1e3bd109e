package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.LintReport;
import dev.varve.cli.session.ImageCheck;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.TextFile;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Lint;
import dev.varve.core.lint.Rule;
import dev.varve.core.lint.Severity;
import dev.varve.core.lint.sarif.SarifDocument;
import dev.varve.runner.VarveVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code varve lint}. */
@Command(
    name = "lint",
    description = {
      "Checks a build: what makes updates larger than they need be, what differs from what its "
          + "packages ship, and what bootc refuses. With --prev, it also finds the files that the "
          + "build makes otherwise each time.",
      "Exit code 5 if there are findings as grave as --fail-on."
    },
    footer = {
      "",
      "Example:",
      "  varve lint containers-storage:localhost/os --prev docker://ghcr.io/owner/os:latest"
    })
public final class LintCommand implements Activity {
  /** From which severity findings make the command fail. */
  enum FailOn {
    NEVER,
    NOTE,
    WARNING,
    ERROR;

    /** Parses a severity in lower case. */
    static final class Converter implements ITypeConverter<FailOn> {
      @Override
      public FailOn convert(String text) {
        for (FailOn each : values()) {
          if (each.toString().equals(text)) {
            return each;
          }
        }
        throw new TypeConversionException(
            "expected error, warning, note or never, got \"" + text + "\"");
      }
    }

    /** Returns the severity as typed on command lines. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean covers(Severity severity) {
      return switch (this) {
        case NEVER -> false;
        case NOTE -> true;
        case WARNING -> severity != Severity.NOTE;
        case ERROR -> severity == Severity.ERROR;
      };
    }
  }

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;

  @Parameters(
      paramLabel = "IMAGE",
      description = "The image to check, or a directory with the files of one.")
  private String image;

  @Option(
      names = "--prev",
      paramLabel = "REF",
      description = "The image that clients have, to find what changes without need.")
  private @Nullable String previous;

  @Option(
      names = "--disable",
      paramLabel = "RULE",
      description = "Leave out a rule. May be repeated.")
  private List<String> disabled = List.of();

  @Option(
      names = "--fail-on",
      paramLabel = "error|warning|note|never",
      converter = FailOn.Converter.class,
      description =
          "Fail for findings from this severity: error, warning, note or never (default: error).")
  private FailOn failOn = FailOn.ERROR;

  @Option(names = "--all", description = "Show all findings of each rule.")
  private boolean all;

  @Option(
      names = "--sarif",
      paramLabel = "FILE",
      description = "Also write the findings to FILE in SARIF, for GitHub's code scanning.")
  private @Nullable Path sarif;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public LintCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "checking " + image;
  }

  @Override
  public Integer call() throws IOException {
    Reference checked = Reference.parse(image);
    Optional<Reference> before = Optional.ofNullable(previous).map(Reference::parse);
    List<Reference> references = new ArrayList<>(List.of(checked));
    before.ifPresent(references::add);
    if (sarif != null) {
      TextFile.requireWritable(sarif);
    }
    List<Finding> findings;
    try (Session session = imageOptions.open(console, common, references)) {
      findings =
          ImageCheck.run(checked, before, imageOptions.rules(), Set.copyOf(disabled), session);
    }
    if (sarif != null) {
      new TextFile(sarif, sarif(findings)).write();
    }
    new LintReport(image, findings, previous != null, all).print(console, json);
    return findings.stream().anyMatch(finding -> failOn.covers(finding.rule().severity()))
        ? Failures.VERIFICATION_FAILED
        : 0;
  }

  /** Returns the findings of the rules that were checked as a document in SARIF. */
  private String sarif(List<Finding> findings) throws IOException {
    List<Rule> rules = Lint.RULES.stream().filter(rule -> !disabled.contains(rule.name())).toList();
    SarifDocument document = new SarifDocument(image, rules, findings, VarveVersion.get());
    return new String(document.toBytes(), StandardCharsets.UTF_8);
  }
}
