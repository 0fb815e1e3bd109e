package dev.varve.cli.terminal;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.bytes.WriteFailure;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Translates remedies of the libraries to advice with command-line options. */
public final class Advice {
  private static final String TRUST =
      "; trust its authority with --cert-dir, or disable the checks with --tls-verify=false";
  private static final String WITHOUT_CHECKS =
      "; use the certificate's name, or disable the checks with --tls-verify=false";
  private static final String SEAL =
      ", with varve append; or keep the seal with --preserve-mtimes, without --prune of paths"
          + " that it covers";
  private static final String ENGINE =
      ": --engine builtin, or --on-known-failure builtin to switch automatically, or"
          + " --on-known-failure ignore if the tool's image has a fix";
  private static final String FIRST_BUILD =
      "; on a first build, use --fresh, or --on-error warn to continue";
  private static final String FORCE =
      ". Publish again to plan with the image that the tag points to now, or move the tag with"
          + " --force";
  private static final String STORAGE =
      ", or mount another one: varve storage mount --image FILE --mount DIR";
  private static final String SMALLER =
      ", put the file elsewhere with --image, or require less with --min-free and --size";
  private static final String DISK =
      "; --storage btrfs gives podman a file system of its own, and --scratch DIR puts the"
          + " result elsewhere";

  private static final String DAMAGED =
      "; the disk, or its connection, may be damaged: dmesg shows the kernel's messages";

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

  private Advice() {}

  /**
   * Returns the end of a message: the remedy that the failure or one of its causes names, or where
   * to look if the disk has failed; empty otherwise, also if the command has none of the options
   * that the remedy needs.
   *
   * @param hasOption whether the command has an option, such as {@code --scratch}
   */
  static String of(Throwable failure, Predicate<String> hasOption) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Remediable remediable && remediable.remedy().isPresent()) {
        return of(remediable.remedy().get(), hasOption);
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException failed && WriteFailure.isOfDevice(failed)) {
        return DAMAGED;
      }
    }
    return "";
  }

  private static String of(Remedy remedy, Predicate<String> hasOption) {
    String advice = of(remedy);
    List<String> needed = OPTION.matcher(advice).results().map(MatchResult::group).toList();
    boolean suits = needed.isEmpty() || needed.stream().anyMatch(hasOption);
    return suits || advice.contains("varve ") ? advice : "";
  }

  /** Returns the end of a message, with leading punctuation. */
  public static String of(Remedy remedy) {
    return switch (remedy) {
      case OTHER_SCRATCH -> "; --scratch DIR or TMPDIR chooses another place";
      case OTHER_NATIVE_CODE_DIRECTORY ->
          "; VARVE_JAVA_OPTS=-Djava.io.tmpdir=DIR chooses another place";
      case LARGER_LAYERS -> "; --max-layer-size allows more";
      case WITHOUT_PACKAGES -> "; --no-packages continues without it";
      case WITHOUT_PACKAGES_AND_SBOM -> "; --no-packages without --sbom continues without it";
      case ONE_IMAGE -> "; without --all, one image is copied";
      case OTHER_DIGEST -> "; without --preserve-digests, the image gets another digest there";
      case OTHER_AUTH_FILE -> "; --authfile FILE chooses another file";
      case TRUST_CERTIFICATE -> TRUST;
      case WITHOUT_TLS_CHECKS -> WITHOUT_CHECKS;
      case PLAIN_HTTP -> "; if the registry uses plain HTTP, add --plain-http";
      case CLIENT_CERTIFICATE -> "; if the registry requires a certificate, use --cert-dir";
      case KEEP_SOURCE -> "; a run removes the image unless --keep-ref is given";
      case FRESH_PLAN -> "; --clear-plan makes a new plan";
      case OTHER_VERSION -> "; --version sets another one";
      case OTHER_TOOL -> "; --rechunk-image names another image of the tool";
      case LONGER_STEP -> "; --step-timeout gives each step more time";
      case LONGER_RUN -> "; --timeout gives them more time";
      case RESEAL_OR_KEEP -> SEAL;
      case OTHER_ENGINE -> ENGINE;
      case FIRST_BUILD -> FIRST_BUILD;
      case WITHOUT_PREVIOUS -> ". Publish without the previous image: --fresh";
      case AGAIN_OR_FORCE -> FORCE;
      case MOVE_ANYWAY -> "; --force moves tags to an older version too";
      case CONTINUE_WITHOUT_PREVIOUS -> "; --on-error warn continues without a previous image";
      case OTHER_STORAGE -> STORAGE;
      case OTHER_STORAGE_FILE -> "; --image FILE names another file";
      case OTHER_MOUNT_POINT -> "; --mount DIR names another directory";
      case SMALLER_STORAGE -> SMALLER;
      case WITHOUT_STORAGE -> "; or omit --storage: podman works on any file system";
      case MORE_DISK -> DISK;
      case REMOVE_LEFTOVERS -> "; varve storage unmount removes leftovers";
      case EXAMINE_MACHINE -> "; varve doctor --engine container shows details";
    };
  }
}
