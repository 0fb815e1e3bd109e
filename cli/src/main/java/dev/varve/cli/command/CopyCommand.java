package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.TagOption;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.report.CopyReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.ReplacedTags;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.OldImage;
import dev.varve.core.delta.RebuiltImage;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.signing.Signatures;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve copy}. */
@Command(
    name = "copy",
    description =
        "Copies an image unchanged, with what belongs to it: the state that the next build plans "
            + "with, deltas, a bill of materials; between registries, signatures as well.",
    footer = {
      "",
      "SOURCE and DEST are docker://HOST/PATH[:TAG][@DIGEST] (DEST with the digest of the",
      "copied image), oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF] or",
      "containers-storage:REF. Content that DEST has is not copied again; a copy that was killed",
      "continues where it stopped. In a docker-archive, which has its own format, the image gets",
      "another digest.",
      "",
      "Example:",
      "  varve copy oci:os:40-20251006 docker://ghcr.io/owner/os:40-20251006 --tag latest"
    })
public final class CopyCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private TransferOptions transferOptions;
  @Mixin private PlatformOption platformOption;
  @Mixin private TagOption tagOption;

  @Parameters(paramLabel = "SOURCE", description = "The image to copy.")
  private String source;

  @Parameters(paramLabel = "DEST", description = "The destination.")
  private String destination;

  @Option(
      names = "--all",
      description =
          "Copy the images for all platforms with their index, and nested indexes as " + "well.")
  private boolean all;

  @Option(
      names = "--preserve-digests",
      description = "Fail, before anything is copied, if DEST cannot keep the image's digest.")
  private boolean preserveDigests;

  @Option(
      names = "--from",
      paramLabel = "OLD",
      description =
          "Take from OLD, an image of any transport or rootfs:DIR, what the image has in common "
              + "with it: whole layers, and by a delta, if SOURCE has one, the unchanged content of "
              + "the others.")
  private @Nullable String old;

  @Option(
      names = "--omit-kept",
      description =
          "Leave out of DEST, oci: or oci-archive:, the layers that OLD has, for a client that has "
              + "them: bootc finds them by their digests.")
  private boolean omitKept;

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public CopyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "copying " + source;
  }

  @Override
  public Integer call() throws IOException {
    Reference from = Reference.parse(source);
    Reference to = Reference.parse(destination);
    if (to.digest().isEmpty()) {
      Transports.requireWritable(to);
    }
    if (all && platformOption.given()) {
      throw new IllegalArgumentException("--all and --platform contradict each other");
    }
    if (all && old != null) {
      throw new IllegalArgumentException("--all and --from contradict each other");
    }
    if (omitKept && old == null) {
      throw new IllegalArgumentException("--omit-kept needs --from");
    }
    List<Reference> read = old == null ? List.of(from) : List.of(from, Reference.parse(old));
    ReplacedTags replaced = ReplacedTags.find(to, tagOption.tags());
    CopyReport report;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(to, read),
            settings -> settings.platform(all ? PlatformChoice.anyOrFirst() : PlatformChoice.any()),
            platformOption)) {
      ImageCopy copy =
          new ImageCopy(
              Session.BLOBS_AT_ONCE,
              preserveDigests,
              session.progress(),
              digests -> copySignatures(digests, from, to, session));
      ImageSource image = session.image(from);
      ImageSink sink = session.sink(to, tagOption.tags(), copied(image));
      report =
          old == null
              ? new CopyReport(
                  destination, all ? copy.copyAll(image, sink) : copy.copy(image, sink))
              : rebuild(image, read.get(1), copy, sink, session);
    }
    report.tell(console, replaced.notice(), json);
    return 0;
  }

  /** Copies signatures under tags, which only registries have. */
  private static void copySignatures(
      Collection<Digest> signed, Reference from, Reference to, Session session) throws IOException {
    if (from.transport() != Reference.Transport.DOCKER
        || to.transport() != Reference.Transport.DOCKER
        || from.repository().equals(to.repository())) {
      return;
    }
    Signatures source = new Signatures(session.repository(from));
    Signatures copies = new Signatures(session.repository(to));
    for (Digest each : signed) {
      source.copy(each, copies);
    }
  }

  private CopyReport rebuild(
      ImageSource image, Reference from, ImageCopy copy, ImageSink sink, Session session)
      throws IOException {
    OldImage before = session.oldImage(from);
    Optional<AvailableDelta> delta = AvailableDelta.from(before, image, session.progress());
    if (delta.isEmpty()) {
      session.progress().notice(image.reference() + " has no delta from " + before.reference());
    }
    RebuiltImage rebuilt = session.rebuilt(image, before, delta);
    ImageCopy.Result result = copy.copy(rebuilt, sink, blob -> omitKept && rebuilt.isKept(blob));
    return new CopyReport(destination, result, Optional.of(rebuilt.origins()));
  }

  private Descriptor copied(ImageSource image) throws IOException {
    return all ? image.index().orElse(image.descriptor()) : image.manifest().descriptor();
  }
}
