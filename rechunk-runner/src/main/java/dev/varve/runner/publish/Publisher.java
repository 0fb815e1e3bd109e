package dev.varve.runner.publish;

import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.notes.Notes;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import dev.varve.core.process.ClosedOnExit;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.Repository;
import dev.varve.registry.blob.UploadCount;
import dev.varve.registry.name.ImageName;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.SourceReadOnce;
import dev.varve.runner.publish.PublishListener.Step;
import dev.varve.runner.publish.PublishListener.Topic;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Publishes an image: {@link #publish} is the nightly job. No tag points to the image before the
 * image is in the registry, signed and verified, and has its bill of materials and its deltas. A
 * run after a failed one reuses the blobs that the failed one pushed.
 */
public final class Publisher {
  private final PublishRequest request;
  private final TreeSource source;
  private final Optional<Digest> identity;
  private final PublishListener listener;
  private final Repository repository;

  private Publisher(PublishRequest request, PublishListener listener) throws IOException {
    this.request = request;
    this.identity = PublishedImage.source(request.source().config());
    // A directory is needed twice: for its digest, and to be rechunked. An image is passed on
    // unwrapped, because engines depend on its type.
    this.source = identity.isPresent() ? request.source() : new SourceReadOnce(request.source());
    this.listener = listener;
    this.repository = request.repository();
  }

  /**
   * Publishes an image; a dry run returns the cost of the update and publishes nothing.
   *
   * @throws BudgetExceededException if the update is bigger than the request allows
   * @throws PublishException if the user must decide how to continue
   * @throws IOException if anything else fails; then no tag was moved
   */
  public static PublishResult publish(PublishRequest request, PublishListener listener)
      throws IOException {
    try {
      return new Publisher(request, listener).run();
    } catch (UnreadablePackageDatabaseException e) {
      throw request.sbom().isEmpty()
          ? e
          : new RemediableException(e.getMessage(), Remedy.WITHOUT_PACKAGES_AND_SBOM, e);
    }
  }

  private PublishResult run() throws IOException {
    UploadCount before = repository.uploaded();
    TagMoves moves = new TagMoves(repository);

    listener.begin(Step.FIND_PREVIOUS);
    Build decided =
        new BuildOfTheDay(request, moves)
            .decide(() -> identity.isPresent() ? identity.get() : digestOfFiles(), this::search);
    listener.previous(decided.previous());
    decided.later().ifPresent(later -> warnOfLater(decided, later));

    listener.begin(Step.RECHUNK);
    Build build;
    RechunkResult result;
    try (Previous previous = openPrevious(decided)) {
      build = previous.build();
      result = rechunk(build, previous.image());
    }
    PreviousFit.problem(result)
        .ifPresent(problem -> listener.warning(Topic.NOTHING_IN_COMMON, problem));
    Descriptor image = result.image().descriptor();
    UpdateBudget budget = new UpdateBudget(request, result, listener);
    budget.requireLayersWithin();

    String signature = request.signer().summary();
    Optional<PublishedSbom> sbom = Optional.empty();
    List<PublishedDelta> deltas = List.of();
    if (!request.dryRun()) {
      signAndVerify(result, build);
      signature = request.signer().summary();
      sbom = attachSbom(result);
      deltas = makeDeltas(result, build, moves);
      budget.requireDeltaWithin(deltas);
      listener.begin(Step.MOVE_TAGS);
      moves.move(versionLast(tags(build)), image.digest(), request.force());
      deleteDeltas(image.digest());
    }
    return new PublishResult(
        repository.name(),
        build,
        tags(build),
        result,
        !moves.recordTarget(build.tag()).equals(Optional.of(image.digest())),
        repository.uploaded().since(before),
        signature,
        sbom,
        deltas,
        request.dryRun());
  }

  /** Returns the digest of a directory's files. */
  private Digest digestOfFiles() throws IOException {
    return PublishedImage.source(
        source.read(
            request.scratch().directory("directory"),
            request.engine().prune(),
            listener.progress()));
  }

  private PreviousChoice search(String tag, Set<String> without) throws IOException {
    PreviousChoice found = request.previous().building(tag).find(() -> repository, without);
    boolean isFollowed =
        found.image().flatMap(ImageName::tag).filter(request.tags()::contains).isPresent();
    return isFollowed ? ignoreUnreadable(found) : found;
  }

  /**
   * Ignores an image that is unreadable: a tag such as latest may point to anything, and the new
   * image replaces it.
   */
  private PreviousChoice ignoreUnreadable(PreviousChoice found) throws IOException {
    String problem;
    try (ImageSource there =
        repository.image(
            found.digest().orElseThrow().toString(),
            request.platform(),
            "docker://" + found.image().orElseThrow())) {
      if (there.manifest().layers().size() == there.config().diffIds().size()) {
        return found;
      }
      problem = "its config and its manifest differ in the number of layers";
    } catch (IOException | IllegalArgumentException e) {
      if (TaggedImage.isTemporary(e)) {
        throw e;
      }
      problem = e.getMessage();
    }
    return found.without(found.reason() + "; it can't be planned with: " + problem);
  }

  private void warnOfLater(Build build, String later) {
    List<String> others = request.tags().stream().filter(tag -> !tag.equals(build.tag())).toList();
    String problem =
        later
            + " has a later date than "
            + build.tag()
            + ": the clock is behind, or this is an old version";
    String are = "; " + String.join(", ", others) + (others.size() == 1 ? " is" : " are");
    if (others.isEmpty()) {
      listener.warning(Topic.LATER_VERSION, problem);
    } else if (request.force()) {
      listener.warning(Topic.LATER_VERSION, problem + are + " moved anyway");
    } else {
      listener.warning(Topic.LATER_VERSION, problem + are + " not moved", Remedy.MOVE_ANYWAY);
    }
  }

  private void signAndVerify(RechunkResult result, Build build) throws IOException {
    Descriptor image = result.image().descriptor();
    listener.begin(Step.SIGN);
    request.signer().sign(repository, image);

    listener.begin(Step.VERIFY);
    RegistryCheck.require(repository, result);
    verifySignature(image);
    request
        .signer()
        .warning(repository, image, build.previous().digest())
        .ifPresent(text -> listener.warning(Topic.SIGNATURE_OVERLOOKED, text));
  }

  private void verifySignature(Descriptor image) throws IOException {
    try {
      request.signer().verify(repository, image);
    } catch (NotSignedException e) {
      throw new NotSignedException(e.getMessage() + "; no tag was moved. Publish again");
    }
  }

  private RechunkResult rechunk(Build build, @Nullable ImageSource last) throws IOException {
    String name = "docker://" + repository.name();
    try (ClosedOnExit<ImageSink> sink =
        new ClosedOnExit<>(
            request.dryRun()
                ? new DryRunSink(request.scratch().directory("trial"), name)
                : repository.sink(List.of(), request.scratch().directory("upload"), name))) {
      RechunkRequest.Builder rechunk =
          RechunkRequest.builder(source, sink.get(), request.scratch().directory("rechunk"))
              .progress(listener.progress());
      if (last != null) {
        rechunk.previous(last);
      }
      PreviousFit.problem(source.config(), last)
          .ifPresent(problem -> listener.warning(Topic.PREVIOUS_IMAGE, problem));
      request.options().addTo(rechunk, source, last);
      rechunk.label(Notes.VERSION_LABEL, build.version());
      identity.ifPresent(
          digest -> rechunk.annotation(PublishedImage.SOURCE_ANNOTATION, digest.toString()));
      return request.engine().rechunk(rechunk.build());
    } catch (MissingBlobException e) {
      // The engine can only rewrite lost layers, from the source.
      if (!e.reference().startsWith(name + "@")) {
        throw e;
      }
      throw new PublishException(
          e.getMessage() + "; the registry has lost the blob", Remedy.WITHOUT_PREVIOUS, e);
    }
  }

  /** A build with its previous image, open; null if there is none. */
  private record Previous(Build build, @Nullable ImageSource image) implements Closeable {
    @Override
    public void close() throws IOException {
      if (image != null) {
        image.close();
      }
    }
  }

  /**
   * Opens the previous image. If the registry has lost its config, no client can pull the image,
   * and the next older image is used instead.
   */
  private Previous openPrevious(Build decided) throws IOException {
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
        listener.warning(Topic.PREVIOUS_IMAGE, e.getMessage() + "; the registry has lost the blob");
        build = build.planningWith(search(build.tag(), lost));
        listener.previous(build.previous());
      }
    }
  }

  private @Nullable ImageSource open(PreviousChoice previous) throws IOException {
    if (previous.digest().isEmpty()) {
      return null;
    }
    String digest = previous.digest().get().toString();
    return repository.image(
        digest, request.platform(), "docker://" + repository.name() + "@" + digest);
  }

  /** Attaches the bill of materials, which gets the image's signature. */
  private Optional<PublishedSbom> attachSbom(RechunkResult result) throws IOException {
    if (request.sbom().isEmpty()) {
      return Optional.empty();
    }
    listener.begin(Step.ATTACH_SBOM);
    SbomAttachment attachment = new SbomAttachment(request, listener.progress());
    PublishedSbom sbom = attachment.attach(result, request.sbom().get());
    request.signer().sign(repository, sbom.artifact());
    verifySignature(sbom.artifact());
    return Optional.of(sbom);
  }

  /** Makes deltas from the images that clients may have. */
  private List<PublishedDelta> makeDeltas(RechunkResult result, Build build, TagMoves moves)
      throws IOException {
    if (!request.deltas().areWanted()) {
      return List.of();
    }
    listener.begin(Step.MAKE_DELTAS);
    Set<Digest> tagged = new LinkedHashSet<>();
    for (String tag : tags(build)) {
      moves.recordTarget(tag).ifPresent(tagged::add);
    }
    return new PublishedDeltas(request, listener)
        .make(
            result.image().descriptor().digest(),
            result.previous().map(previous -> previous.descriptor().digest()),
            tagged);
  }

  private void deleteDeltas(Digest image) {
    if (request.deltas().areWanted()) {
      new SupersededDeltas(request, listener).delete(image);
    }
  }

  /** Returns the version tag and the further tags, which are not moved to an earlier version. */
  private List<String> tags(Build build) {
    List<String> others = build.later().isEmpty() || request.force() ? request.tags() : List.of();
    return Stream.concat(Stream.of(build.tag()), others.stream()).distinct().toList();
  }

  /** Puts the version tag last: once it points to an image, the other tags do so too. */
  private static List<String> versionLast(List<String> tags) {
    List<String> ordered = new ArrayList<>(tags.subList(1, tags.size()));
    ordered.add(tags.get(0));
    return ordered;
  }
}
