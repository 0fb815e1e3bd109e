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

/** Adds to frequent failures of the tool what to do about them. */
final class KnownFailures {
  /** The step that pulls the tool from a registry. */
  static final String PULL = "pull";

  private KnownFailures() {}

  /**
   * A failure and what to do about it.
   *
   * @param pattern matches the printed lines
   * @param fault what causes the failure
   * @param advice the end of the message; may be empty
   * @param remedy the user's choice that avoids it, if any
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

    /** Whether only the pull of the tool can fail for this cause: no other step has the network. */
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
              "free some room",
              Remedy.MORE_DISK),
          known(
              "image not known|no such image|image .* not found locally",
              Fault.INPUT,
              "root's podman storage and a user's are different ones: podman save IMAGE | sudo"
                  + " podman load brings an image to root's"),
          known(
              "manifest unknown|name unknown|repository name not known",
              Fault.TOOL,
              "",
              Remedy.OTHER_TOOL),
          known(
              "unauthorized|authentication required|(?<!permission )denied: |403 \\(forbidden\\)",
              Fault.LOGIN,
              "log root in to the registry (sudo podman login), or take an image of the tool that"
                  + " is public",
              Remedy.OTHER_TOOL),
          known(
              "no such host|connection refused|i/o timeout|network is unreachable"
                  + "|temporary failure in name resolution|tls handshake timeout",
              Fault.REGISTRY,
              "the registry can't be reached now; run again, or load the tool's image before"),
          known(
              "index 53 is out of bounds",
              Fault.INPUT,
              "a package has a changelog entry of an ISO week 53, as 2026-12-28 to 2027-01-03 is,"
                  + " which the tool fails at until the entry is older than 365 days; the built-in"
                  + " engine does without"),
          known(
              "invalid character '.*' in string literal",
              Fault.INPUT,
              "hhd-dev/rechunk up to 1.2.3 writes a line break, or another control character, in a"
                  + " label as it is, which is no JSON: give the description in one line, or take a"
                  + " newer one",
              Remedy.OTHER_TOOL),
          known(
              "(multiple kernels|no kernel) found in /usr/lib/modules|opening usr/lib/modules",
              Fault.INPUT,
              "ostree takes exactly one kernel, in /usr/lib/modules/*/vmlinuz; the built-in engine"
                  + " does without"),
          known(
              "rpmdb\\.sqlite|unable to open database file|no rpm database",
              Fault.INPUT,
              "the tool reads the RPM database in /usr/share/rpm/rpmdb.sqlite only; the built-in"
                  + " engine finds it elsewhere, too"),
          known(
              "rlimit|oci permission denied|oci runtime error|^error:.*cgroup",
              Fault.MACHINE,
              "podman can't run containers here",
              Remedy.EXAMINE_MACHINE),
          known(
              "permission denied|operation not permitted",
              Fault.MACHINE,
              "podman's storage must be root's own, and on a file system that takes extended"
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

  /** Returns the failure with what to do about it, if that is known. */
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
