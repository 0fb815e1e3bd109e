package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyValue;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.SigningOptions;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.report.CopyReport;
import dev.varve.cli.session.IndexedImages;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.ImageName;
import dev.varve.registry.Repository;
import dev.varve.runner.publish.ImageSigner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve index create}. */
@Command(
    name = "create",
    description = {
      "Puts the images of several platforms under one tag.",
      "Each image keeps its digest and its state; content that DEST has is not "
          + "copied again. With a key, the index and its images are signed before a tag "
          + "points to the index."
    },
    footer = {
      "",
      "SOURCE is any image; if it is an index, all of its images are taken. DEST is",
      "docker://HOST/PATH[:TAG], oci:DIR[:TAG] or oci-archive:FILE[:TAG].",
      "",
      "Example: two jobs have pushed an image each, by tag or digest, and a third job runs:",
      "  varve index create docker://ghcr.io/owner/os:40-20251006 --tag latest \\",
      "      docker://ghcr.io/owner/os:40-20251006-amd64 docker://ghcr.io/owner/os:40-20251006-arm64"
    })
public final class IndexCreateCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private TransferOptions transferOptions;
  @Mixin private SigningOptions signingOptions;

  @Parameters(index = "0", paramLabel = "DEST", description = "The destination of the index.")
  private String destination;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "SOURCE",
      description = "The images, in the order of the index.")
  private List<String> sources;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag for the index at DEST. May be repeated.")
  private List<String> tags = List.of();

  @Option(
      names = "--annotation",
      paramLabel = "K=V",
      description = "Add an annotation to the index. May be repeated.")
  private List<String> annotations = List.of();

  @Option(
      names = "--require-label",
      paramLabel = "K=V",
      description =
          "Accept only images with this label, for example those of one build. May "
              + "be repeated.")
  private List<String> requiredLabels = List.of();

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public IndexCreateCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "creating the index " + destination;
  }

  @Override
  public Integer call() throws IOException {
    Reference to = Reference.parse(destination);
    requireUsable(to);
    List<Reference> from = sources.stream().map(Reference::parse).toList();
    Map<String, String> annotated = KeyValue.pairs("--annotation", annotations);
    Map<String, String> required = KeyValue.pairs("--require-label", requiredLabels);
    ImageCopy.Result result;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(to, from),
            settings -> settings.platform(PlatformChoice.anyOrFirst()))) {
      // Before an image is read: a wrong key ends the command at once.
      ImageSigner signer = signingOptions.openIfGiven(session);
      List<ImageSource> images = open(session, from);
      for (ImageSource image : images) {
        requireLabels(image, required);
      }
      boolean signed = signingOptions.given();
      IndexSink sink = signed ? session.untaggedSink(to, List.of()) : session.indexSink(to, tags);
      result =
          new ImageCopy(CopyCommand.BLOBS_AT_ONCE, true, session.progress())
              .combine(images, annotated, sink);
      if (signed) {
        signAndTag(session.repository(to), result.descriptor(), to, signer);
      }
    }
    CopyReport report = new CopyReport(destination, result);
    report.lines().forEach(console::tell);
    if (json) {
      console.result(report.json());
    }
    return 0;
  }

  private void requireUsable(Reference to) {
    Transports.requireTakesIndex(to);
    if (to.transport() == Reference.Transport.DOCKER) {
      tags.forEach(ImageName::requireTag);
    } else if (signingOptions.given()) {
      throw new IllegalArgumentException(
          "--key: expected an index in a registry, docker://HOST/PATH[:TAG], got " + to);
    }
  }

  private static List<ImageSource> open(Session session, List<Reference> references)
      throws IOException {
    List<ImageSource> images = new ArrayList<>();
    for (Reference reference : references) {
      images.add(session.image(reference));
    }
    return images;
  }

  private void requireLabels(ImageSource image, Map<String, String> required) throws IOException {
    if (!required.isEmpty() && image.index().isPresent()) {
      throw new IllegalArgumentException(
          "--require-label: expected single images, got the index " + image.reference());
    }
    Map<String, String> labels = image.config().labels();
    for (Map.Entry<String, String> each : required.entrySet()) {
      String found = labels.get(each.getKey());
      if (!each.getValue().equals(found)) {
        throw new IOException(
            "%s: expected the label %s=%s of %s, got %s; no tag was moved"
                .formatted(
                    activity(),
                    each.getKey(),
                    each.getValue(),
                    image.reference(),
                    found == null ? "no such label" : found));
      }
    }
  }

  private void signAndTag(
      Repository repository, Descriptor index, Reference to, ImageSigner signing)
      throws IOException {
    Set<Descriptor> all = IndexedImages.of(repository, index);
    for (Descriptor each : all) {
      signing.sign(repository, each);
      signing.verify(repository, each);
    }
    console.tell(
        "signed the index and its "
            + Human.count(all.size() - 1, "image")
            + " "
            + signing.summary());
    repository.tag(index.digest(), Transports.joined(to.name(), tags));
  }
}
