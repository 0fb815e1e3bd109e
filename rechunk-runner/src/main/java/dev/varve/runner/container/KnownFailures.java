package dev.varve.runner.container;

import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.StepException;
import dev.varve.core.process.StepResult;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.PullException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Adds advice to frequent failures of the tool. */
final class KnownFailures {
  /** The step that pulls the tool from a registry. */
  static final String PULL = "pull";

  private KnownFailures() {}

  /**
   * A failure and the advice about it.
   *
   * @param pattern matches the printed lines
   * @param fault the cause of the failure
   * @param advice the end of the message; may be empty
   * @param remedy the user's choice that avoids the failure, if any
   */
  private record Known(Pattern pattern, Fault fault, String advice, Optional<Remedy> remedy) {
    boolean explains(StepResult result, String printed) {
      return (!fault.pulling || result.step().name().equals(PULL))
          && pattern.matcher(printed).find();
    }

    IOException explained(StepException failure) {
      String message = failure.getMessage() + (advice.isEmpty() ? "" : "; " + advice);
      return switch (fault) {
        case INPUT, TOOL ->
            remedy.isPresent()
                ? new RemediableException(message, remedy.get(), failure)
                : new IOException(message, failure);
        case MACHINE -> new MachineLacksException(message, remedy, failure);
        case LOGIN ->
            new PullException(PullException.Kind.NOT_AUTHORIZED, message, remedy, failure);
        case REGISTRY -> new PullException(PullException.Kind.UNAVAILABLE, message, failure);
      };
    }
  }

  /** The cause of a failure. */
  private enum Fault {
    INPUT(false),
    MACHINE(false),
    TOOL(true),
    LOGIN(true),
    REGISTRY(true);

    /** Whether only the pull of the tool can fail for this cause; other steps have no network. */
    private final boolean pulling;

    Fault(boolean pulling) {
      this.pulling = pulling;
    }
  }

  private static final List<Known> ALL =
      List.of(
          known(
              "no space left on device|disk quota exceeded",
              Fault.MACHINE,
              "free some space",
              Remedy.MORE_DISK),
          known(
              "image not known|no such image|image .* not found locally",
              Fault.INPUT,
              "root and users have different podman storages; to copy an image to root's, run"
                  + " podman save IMAGE | sudo podman load"),
          known(
              "manifest unknown|name unknown|repository name not known",
              Fault.TOOL,
              "",
              Remedy.OTHER_TOOL),
          known(
              "unauthorized|authentication required|(?<!permission )denied: |403 \\(forbidden\\)",
              Fault.LOGIN,
              "log root in to the registry (sudo podman login), or use a public image of the tool",
              Remedy.OTHER_TOOL),
          known(
              "no such host|connection refused|i/o timeout|network is unreachable"
                  + "|temporary failure in name resolution|tls handshake timeout",
              Fault.REGISTRY,
              "the registry can't be reached; run again later, or load the tool's image first"),
          known(
              "index 53 is out of bounds",
              Fault.INPUT,
              "a package has a changelog entry in an ISO week 53, such as 2026-12-28 to"
                  + " 2027-01-03, at which the tool fails until the entry is older than 365 days; use"
                  + " the built-in engine"),
          known(
              "invalid character '.*' in string literal",
              Fault.INPUT,
              "hhd-dev/rechunk up to 1.2.3 does not escape line breaks and other control"
                  + " characters of labels in JSON: use a description of one line, or a newer version",
              Remedy.OTHER_TOOL),
          known(
              "(multiple kernels|no kernel) found in /usr/lib/modules|opening usr/lib/modules",
              Fault.INPUT,
              "ostree requires exactly one kernel, in /usr/lib/modules/*/vmlinuz; use the built-in"
                  + " engine"),
          known(
              "rpmdb\\.sqlite|unable to open database file|no rpm database",
              Fault.INPUT,
              "the tool only reads the RPM database in /usr/share/rpm/rpmdb.sqlite; use the"
                  + " built-in engine, which finds it elsewhere too"),
          known(
              "rlimit|oci permission denied|oci runtime error|^error:.*cgroup",
              Fault.MACHINE,
              "podman can't run containers here",
              Remedy.EXAMINE_MACHINE),
          known(
              "permission denied|operation not permitted",
              Fault.MACHINE,
              "podman's storage must be owned by root, and on a file system with extended"
                  + " attributes",
              Remedy.EXAMINE_MACHINE));

  private static Known known(String pattern, Fault fault, String advice) {
    return new Known(compiled(pattern), fault, advice, Optional.empty());
  }

  private static Known known(String pattern, Fault fault, String advice, Remedy remedy) {
    return new Known(compiled(pattern), fault, advice, Optional.of(remedy));
  }

  private static Pattern compiled(String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  }

  /** Returns the failure with advice, if it is known. */
  static IOException explain(StepException failure) {
    String printed = String.join("\n", failure.result().lastLines());
    for (Known known : ALL) {
      if (known.explains(failure.result(), printed)) {
        return known.explained(failure);
      }
    }
    return failure;
  }
}
