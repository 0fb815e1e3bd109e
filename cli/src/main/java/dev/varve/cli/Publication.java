package dev.varve.cli;

import dev.varve.cli.PreviousOptions.Found;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.delta.UpdateCost;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.notes.Notes;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.ImageName;
import dev.varve.registry.Repository;
import dev.varve.registry.TagSeries;
import dev.varve.registry.UploadCount;
import dev.varve.registry.VersionTag;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Publishes an image: {@link #run} is the whole job. No tag leads to the image before it is in the
 * registry, signed and verified; run again after a failure, it takes up what is there.
 */
final class Publication {
  private final Repository repository;
  private final Plan plan;
  private final RechunkEngine engine;
  private final Signing signing;
  private final Steps steps;
  private final ConsoleProgress progress;

  /**
   * What is to be done.
   *
   * @param day the tag that the day gives
   * @param series the tags that other days give
   * @param unique whether a tag that is there stays where it is
   * @param tags the tags beside the version
   * @param search finds the previous image
   * @param prune the paths that are left out of the source
   * @param options what else rechunking is asked for
   * @param platform which image the previous one is, where its tag leads to several
   * @param budget how big an update may be
   * @param force whether tags are moved that somebody else has moved meanwhile, or that lead to a
   *     version of a later day
   * @param trial whether nothing is to be published
   */
  record Plan(
      VersionTag day,
      TagSeries series,
      boolean unique,
      List<String> tags,
      TodaysBuild.Search search,
      Set<String> prune,
      Options options,
      PlatformChoice platform,
      Optional<ByteSize> budget,
      boolean force,
      boolean trial) {}

  /** What rechunking is asked for. */
  interface Options {
    void addTo(RechunkRequest.Builder request, TreeSource source, @Nullable ImageSource previous)
        throws IOException;
  }

  Publication(
      Repository repository,
      Plan plan,
      RechunkEngine engine,
      Signing signing,
      Steps steps,
      ConsoleProgress progress) {
    this.repository = repository;
    this.plan = plan;
    this.engine = engine;
    this.signing = signing;
    this.steps = steps;
    this.progress = progress;
  }

  /**
   * Does it.
   *
   * @param given the source: it is read, and closed by whoever opened it
   * @param scratch for what must be unpacked
   */
  Published run(TreeSource given, Scratch scratch) throws IOException {
    TreeSource source = new SourceReadOnce(given);
    UploadCount before = repository.uploaded();
    TagMoves moves = new TagMoves(repository);

    steps.begin("Find the previous image");
    Optional<Digest> identity = PublishedImage.source(source.config());
    Build decided =
        new TodaysBuild(repository, plan.day(), plan.series(), plan.unique(), moves)
            .decide(
                plan.tags(),
                () -> identity.isPresent() ? identity.get() : digest(source, scratch),
                plan.search());
    tell(decided.previous());
    decided.later().ifPresent(later -> tellOfLater(decided, later));

    steps.begin(plan.trial() ? "Rechunk" : "Rechunk and push by digest");
    Build build;
    RechunkResult result;
    try (Previous previous = readable(decided)) {
      build = previous.build();
      result = rechunk(source, identity, build, previous.image(), scratch);
    }
    PreviousFit.problem(result).ifPresent(problem -> steps.warn("Nothing in common", problem));
    Descriptor image = result.image().descriptor();
    requireWithinBudget(result);

    if (!plan.trial()) {
      steps.begin("Sign");
      signing.sign(repository, image);

      steps.begin("Verify what is in the registry");
      RegistryCheck.require(repository, result);
      verifySignature(image);
      Optional<String> warning = signing.warning(repository, image, build.previous().digest());
      warning.ifPresent(text -> steps.warn("Signature", text));

      steps.begin("Move the tags");
      moves.move(versionLast(tags(build)), image.digest(), plan.force());
    }
    steps.close();
    return new Published(
        repository.name(),
        build,
        tags(build),
        result,
        !moves.note(build.tag()).equals(Optional.of(image.digest())),
        repository.uploaded().since(before),
        signing.summary(),
        plan.trial());
  }

  /** What a directory is known by: only its files can say. */
  private Digest digest(TreeSource directory, Scratch scratch) throws IOException {
    return PublishedImage.source(
        directory.read(scratch.directory("directory"), plan.prune(), progress));
  }

  private void tell(Found previous) {
    previous.warnings().forEach(warning -> steps.warn("No previous image", warning));
    if (previous.image().isEmpty() && previous.wanted() && previous.failure() == null) {
      steps.warn(
          "No previous image", previous.line() + "; clients will download all of it, this time");
    } else {
      steps.tell(previous.line());
    }
  }

  private void tellOfLater(Build build, String later) {
    List<String> others = plan.tags().stream().filter(tag -> !tag.equals(build.tag())).toList();
    String moves = String.join(", ", others) + (others.size() == 1 ? " is" : " are");
    steps.warn(
        "A later version",
        later
            + " is of a later day than "
            + build.tag()
            + ": the clock is behind, or this is an old version"
            + (others.isEmpty()
                ? ""
                : "; "
                    + moves
                    + (plan.force() ? " moved all the same" : " not moved (--force moves)")));
  }

  private void verifySignature(Descriptor image) throws IOException {
    try {
      signing.verify(repository, image);
    } catch (NotSignedException e) {
      throw new NotSignedException(e.getMessage() + "; no tag was moved. Publish again");
    }
  }

  private RechunkResult rechunk(
      TreeSource source,
      Optional<Digest> identity,
      Build build,
      @Nullable ImageSource last,
      Scratch scratch)
      throws IOException {
    String name = "docker://" + repository.name();
    try (ClosedOnExit<ImageSink> sink =
        new ClosedOnExit<>(
            plan.trial()
                ? new TrialSink(scratch.directory("trial"), name)
                : repository.sink(List.of(), scratch.directory("upload"), name))) {
      RechunkRequest.Builder request =
          RechunkRequest.builder(source, sink.get(), scratch.directory("rechunk"))
              .progress(progress);
      if (last != null) {
        request.previous(last);
      }
      PreviousFit.problem(source.config(), last)
          .ifPresent(problem -> steps.warn("Another platform", problem));
      plan.options().addTo(request, source, last);
      request.label(Notes.VERSION_LABEL, build.version());
      identity.ifPresent(
          digest -> request.annotation(PublishedImage.SOURCE_ANNOTATION, digest.toString()));
      return engine.rechunk(request.build());
    } catch (MissingBlobException e) {
      // Layers are written anew from the source; nothing else can be.
      if (!e.reference().startsWith(name + "@")) {
        throw e;
      }
      throw new IOException(
          e.getMessage()
              + "; the registry has lost it. Publish without the previous image: --fresh",
          e);
    }
  }

  /** A build with its previous image, which is open if there is one. */
  private record Previous(Build build, @Nullable ImageSource image) implements Closeable {
    @Override
    public void close() throws IOException {
      if (image != null) {
        image.close();
      }
    }
  }

  /**
   * Opens the previous image. Where the registry has lost its config, nobody can pull it any more,
   * and the next older image takes its place.
   */
  private Previous readable(Build decided) throws IOException {
    Set<String> lost = new HashSet<>();
    Build build = decided;
    while (true) {
      try {
        return new Previous(build, open(build.previous()));
      } catch (MissingBlobException e) {
        Optional<String> tag = build.previous().image().flatMap(ImageName::tag);
        if (tag.isEmpty() || !lost.add(tag.get())) {
          throw e;
        }
        steps.warn("Previous image", e.getMessage() + "; the registry has lost it");
        build = build.planningWith(plan.search().find(build.tag(), lost));
        tell(build.previous());
      }
    }
  }

  private @Nullable ImageSource open(Found previous) throws IOException {
    if (previous.digest().isEmpty()) {
      return null;
    }
    String digest = previous.digest().get().toString();
    return repository.image(
        digest, plan.platform(), "docker://" + repository.name() + "@" + digest);
  }

  private void requireWithinBudget(RechunkResult result) throws BudgetExceededException {
    if (plan.budget().isEmpty()) {
      return;
    }
    if (result.previous().isEmpty()) {
      steps.tell("note: without a previous image there is no update, and no budget for it");
      return;
    }
    UpdateCost cost = UpdateCost.between(result.previous().get(), result.image());
    if (cost.downloadedBytes() > plan.budget().get().bytes()) {
      throw new BudgetExceededException(result.image().pinned(), cost, plan.budget().get());
    }
  }

  /** The version tag, then the others, which don't go back to an earlier day. */
  private List<String> tags(Build build) {
    List<String> others = build.later().isEmpty() || plan.force() ? plan.tags() : List.of();
    return Stream.concat(Stream.of(build.tag()), others.stream()).distinct().toList();
  }

  /** The version tag comes last: where it leads to an image, the other tags do so, too. */
  private static List<String> versionLast(List<String> tags) {
    List<String> ordered = new ArrayList<>(tags.subList(1, tags.size()));
    ordered.add(tags.get(0));
    return ordered;
  }
}
