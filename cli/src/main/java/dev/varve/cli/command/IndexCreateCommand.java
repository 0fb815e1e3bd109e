package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyValue;
import dev.varve.cli.option.RequiredLabels;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.SigningOptions;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.report.CopyReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.Repository;
import dev.varve.registry.name.ImageName;
import dev.varve.runner.publish.ImageSigner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve index create}. */
@Command(
    name = "create",
    description = {
      "Combines the images of several platforms under one tag.",
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
  @Mixin private RequiredLabels requiredLabels;

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
    Map<String, String> required = requiredLabels.labels();
    Map<String, String> annotated = KeyValue.pairs("--annotation", annotations);
    ImageCopy.Result result;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(to, from),
            settings -> settings.platform(PlatformChoice.anyOrFirst()))) {
      // Before reading images, to fail at once for a wrong key.
      ImageSigner signer = signingOptions.openIfGiven(session);
      List<ImageSource> sourceImages = open(session, from);
      RequiredLabels.check(sourceImages, required, activity());
      boolean signed = signingOptions.given();
      IndexSink sink = signed ? session.untaggedSink(to, List.of()) : session.indexSink(to, tags);
      result =
          new ImageCopy(Session.BLOBS_AT_ONCE, true, session.progress())
              .combine(sourceImages, annotated, sink);
      if (signed) {
        Repository repository = session.repository(to);
        int images = signer.signAll(repository, result.descriptor());
        String what = Human.count(images, "image") + " " + signer.summary();
        console.tell("signed the index and its " + what);
        repository.tag(result.descriptor().digest(), Transports.joined(to.name(), tags));
      }
    }
    new CopyReport(destination, result).tell(console, Optional.empty(), json);
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
}
