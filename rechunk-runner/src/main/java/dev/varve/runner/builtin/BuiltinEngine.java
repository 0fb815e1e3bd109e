package dev.varve.runner.builtin;

import dev.varve.core.boot.Seal;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.plan.History;
import dev.varve.core.plan.LayerPlan;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.Predecessor;
import dev.varve.core.plan.Planner;
import dev.varve.core.state.Division;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.StateArtifact;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.SealedImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The engine in Java, which needs no other program, no root and no container runtime. */
public final class BuiltinEngine implements RechunkEngine {
  /** As many layers as leave a few, of the 127 that every client takes, to images built on top. */
  public static final int DEFAULT_MAX_LAYERS = 120;

  private final BuiltinOptions options;

  /** Creates an engine with the default options. */
  public BuiltinEngine() {
    this(BuiltinOptions.DEFAULT);
  }

  /** Creates an engine, which has no state but its options. */
  public BuiltinEngine(BuiltinOptions options) {
    this.options = options;
  }

  @Override
  public Set<String> prune() {
    return Set.copyOf(options.prune());
  }

  @Override
  public RechunkResult rechunk(RechunkRequest request) throws IOException {
    try (Scratch scratch = new Scratch(request.scratch())) {
      FileTree files = files(request, scratch.directory("source"));
      Digest source = PreviousBuild.identity(request.source(), files);
      try (PreviousBuild previous = PreviousBuild.choose(request, options, source, scratch)) {
        return rechunk(files, source, previous.known(), previous.addToRequest(), scratch);
      }
    }
  }

  private RechunkResult rechunk(
      FileTree files,
      Digest source,
      Optional<PublishedImage> previous,
      RechunkRequest request,
      Scratch scratch)
      throws IOException {
    Instant created = request.source().config().created();
    Optional<PlanState> state = options.plan().or(() -> previous.map(PublishedImage::state));
    state.ifPresent(known -> noticeMtimes(known, request));
    Division division =
        Division.of(
            files,
            state.map(s -> OptionalLong.of(s.clamp())).orElse(OptionalLong.empty()),
            created,
            options.rules(request.groups()),
            scratch.directory("packages"),
            request.progress());
    long date = division.date(created);
    int maxLayers = request.maxLayers().orElse(DEFAULT_MAX_LAYERS);
    LayerPlan plan = Planner.plan(division.components(), maxLayers, memory(request, state), date);
    LayerWriter writer = new LayerWriter(plan, division.tree(), options.compression(), request);
    Build build = new Build(request, options, files, source, division, writer, state, previous);
    return build.publish(writer.write(previous), scratch);
  }

  /**
   * Returns the state to plan with. If another program made the previous image, the state is
   * returned without layers, because this engine can't reproduce them.
   */
  private Optional<PlanState> memory(RechunkRequest request, Optional<PlanState> state)
      throws IOException {
    boolean foreign =
        options.plan().isEmpty()
            && request.previous().isPresent()
            && !NewImage.isOne(request.previous().get());
    return foreign ? state.map(PlanState::withoutLayers) : state;
  }

  private FileTree files(RechunkRequest request, Path scratch) throws IOException {
    FileTree files = request.source().read(scratch, prune(), request.progress());
    requireNotSealed(files, request);
    return files;
  }

  /**
   * Checks that the image is not sealed, or that rechunking changes nothing that the seal's digest
   * covers.
   */
  private void requireNotSealed(FileTree files, RechunkRequest request) throws IOException {
    FileTree plain = OstreeRepository.plain(files);
    Optional<Seal> seal = Seal.find(plain);
    if (seal.isEmpty()) {
      return;
    }
    if (!options.preserveMtimes()) {
      throw new SealedImageException(
          request.source().reference(), seal.get(), "rechunking gives files stable mtimes");
    }
    for (String path : options.prune()) {
      if (Seal.covers(path)) {
        throw new SealedImageException(
            request.source().reference(), seal.get(), "the digest covers /" + path);
      }
    }
  }

  private void noticeMtimes(PlanState before, RechunkRequest request) {
    if (before.preservesMtimes() != options.preserveMtimes()) {
      request
          .progress()
          .notice(
              before.preservesMtimes()
                  ? "the previous image preserves mtimes, and the new one has stable mtimes: layers with"
                      + " changed mtimes change"
                  : "the previous image has stable mtimes, and the new one preserves mtimes: layers with"
                      + " changed mtimes change");
    }
  }

  /**
   * An image to be published.
   *
   * @param files the files of the source
   * @param source the digest that identifies the source
   * @param state the state that the image was planned with
   */
  private record Build(
      RechunkRequest request,
      BuiltinOptions options,
      FileTree files,
      Digest source,
      Division division,
      LayerWriter writer,
      Optional<PlanState> state,
      Optional<PublishedImage> previous) {

    /**
     * Publishes the image. If the sink has lost layers that the image was to share with an earlier
     * image, these layers are written anew.
     */
    RechunkResult publish(List<WrittenLayer> layers, Scratch scratch) throws IOException {
      try {
        return commit(layers, scratch);
      } catch (LostBlobsException e) {
        Set<Digest> lost = new HashSet<>(e.blobs());
        lost.retainAll(reused(layers));
        if (lost.isEmpty()) {
          throw e;
        }
        request.progress().notice(e.problem() + "; writing these layers anew");
        return publish(writer.rewrite(layers, lost), scratch);
      }
    }

    private RechunkResult commit(List<WrittenLayer> layers, Scratch scratch) throws IOException {
      PlanState next = state(layers);
      Substitutions notes = ImageNotes.of(request, next, previous);
      NewImage.Origin origin =
          new NewImage.Origin(source, division.clamp(), options.preserveMtimes());
      NewImage image = NewImage.of(request, origin, previous, layers, notes);
      Verification verification = new Verification(request, options.preserveMtimes());
      verification.requireReadable(layers, scratch.directory("read-again"));
      if (options.verify()) {
        verification.verify(image, files, scratch.directory("verified"));
      }
      Descriptor config = request.sink().write(MediaTypes.OCI_CONFIG, image.config().toBytes());
      Descriptor subject = Descriptor.of(MediaTypes.OCI_MANIFEST, image.manifest().toBytes());
      if (!config.equals(image.manifest().config())) {
        throw new IllegalStateException("the manifest names a config other than the written one");
      }
      Manifest artifact = StateArtifact.write(next, subject, request.sink());
      Descriptor published =
          request.sink().commit(image.manifest(), image.config().platform(), List.of(artifact));
      return new RechunkResult(
          PublishedImage.of(
              request.sink().reference(),
              published,
              image.manifest(),
              image.config().diffIds(),
              next,
              Optional.of(artifact.descriptor())),
          previous,
          reused(layers),
          true,
          options.verify(),
          notes);
    }

    private PlanState state(List<WrittenLayer> layers) throws IOException {
      PlanState next =
          History.next(
              state,
              division.date(request.source().config().created()),
              division.clamp(),
              options.compression().toString(),
              options.compression().producer(),
              layers.stream().map(WrittenLayer::state).toList(),
              division.components(),
              division.packages(),
              options.preserveMtimes());
      return previous.isEmpty()
          ? next
          : next.withPredecessor(
              new Predecessor(
                  previous.get().descriptor().digest(), previous.get().stateArtifact()));
    }

    private static Set<Digest> reused(List<WrittenLayer> layers) {
      return layers.stream()
          .filter(WrittenLayer::reused)
          .map(layer -> layer.blob().digest())
          .collect(Collectors.toSet());
    }
  }
}
