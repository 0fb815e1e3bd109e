package dev.varve.runner.builtin;

import dev.varve.core.boot.Seal;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
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
import dev.varve.core.state.ImageFiles;
import dev.varve.core.state.Inventory;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.StateArtifact;
import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCost;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.SealedImageException;
import dev.varve.runner.builtin.NewImage.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The engine in Java, which needs no other program, no root and no container runtime. */
public final class BuiltinEngine implements RechunkEngine {
  /** Every client takes 127 layers; 7 are left for images built on top. */
  public static final int DEFAULT_MAX_LAYERS = 120;

  private static final String DOWNLOADED_AGAIN =
      ": clients download every layer again whose files get other mtimes";

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
  public RechunkResult rechunk(RechunkRequest asked) throws IOException {
    try (Scratch scratch = new Scratch(asked.scratch())) {
      FileTree files = asked.source().read(scratch.directory("source"), prune(), asked.progress());
      requireNotSealed(files, asked);
      Digest source = PreviousBuild.identity(asked.source(), files);
      try (PreviousBuild chosen = PreviousBuild.choose(asked, options, source, scratch)) {
        RechunkRequest request = chosen.addToRequest();
        Optional<PublishedImage> previous = chosen.known();
        Optional<PlanState> state = options.plan().or(() -> previous.map(PublishedImage::state));
        state.ifPresent(before -> noticeMtimes(before, request));
        Division division = divide(files, state, request, scratch.directory("packages"));
        LayerPlan plan =
            Planner.plan(
                division.components(),
                request.maxLayers().orElse(DEFAULT_MAX_LAYERS),
                memory(request, state),
                division.date(created(request)));
        LayerWriter writer = new LayerWriter(plan, division.tree(), options.compression(), request);
        List<WrittenLayer> layers = writer.write(previous);
        while (true) {
          try {
            PlanState next = next(state, division, layers, created(request), previous);
            Substitutions notes = ImageNotes.of(request, next, previous);
            Origin origin = new Origin(source, division.clamp(), options.preserveMtimes());
            NewImage image = NewImage.of(request, origin, previous, layers, notes);
            FileTree expected = options.repairs().isEmpty() ? files : division.tree();
            verify(image, layers, expected, request, scratch);
            PublishedImage committed = commit(image, next, request.sink());
            return new RechunkResult(
                committed,
                previous,
                reused(layers),
                true,
                options.verify(),
                causes(previous, committed, division, request, scratch),
                inventory(division, request),
                notes);
          } catch (LostBlobsException e) {
            layers = writer.rewrite(layers, lost(e, layers, request.progress()));
          }
        }
      }
    }
  }

  private static Instant created(RechunkRequest request) throws IOException {
    return request.source().config().created();
  }

  private Division divide(
      FileTree files, Optional<PlanState> state, RechunkRequest request, Path scratch)
      throws IOException {
    return Division.of(
        files,
        state.map(s -> OptionalLong.of(s.clamp())).orElse(OptionalLong.empty()),
        state.map(PlanState::components).orElse(Map.of()),
        created(request),
        options.rules(request.groups()),
        scratch,
        request.progress());
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
            && !NewImage.isMadeByVarve(request.previous().get());
    return foreign ? state.map(PlanState::withoutLayers) : state;
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
                  ? "the previous image preserves mtimes, and the new one has stable mtimes"
                      + DOWNLOADED_AGAIN
                  : "the previous image has stable mtimes, and the new one preserves mtimes"
                      + DOWNLOADED_AGAIN);
    }
  }

  /** Returns the state for the next build. */
  private PlanState next(
      Optional<PlanState> state,
      Division division,
      List<WrittenLayer> layers,
      Instant created,
      Optional<PublishedImage> previous) {
    PlanState next =
        History.next(
            state,
            division.date(created),
            division.clamp(),
            options.compression().toString(),
            options.compression().producer(),
            layers.stream().map(WrittenLayer::state).toList(),
            division.components(),
            division.packages(),
            options.preserveMtimes());
    return previous
        .map(image -> new Predecessor(image.descriptor().digest(), image.stateArtifact()))
        .map(next::withPredecessor)
        .orElse(next);
  }

  /** Checks that the layers can be read again and, if the options say so, compares the files. */
  private void verify(
      NewImage image,
      List<WrittenLayer> layers,
      FileTree files,
      RechunkRequest request,
      Scratch scratch)
      throws IOException {
    Verification verification = new Verification(request, options.preserveMtimes());
    verification.requireReadable(layers, scratch.directory("read-again"));
    if (options.verify()) {
      verification.verify(image, files, scratch.directory("verified"));
    }
  }

  /** Writes the config and the state, and commits the image with both. */
  private static PublishedImage commit(NewImage image, PlanState next, ImageSink sink)
      throws IOException {
    Descriptor config = sink.write(MediaTypes.OCI_CONFIG, image.config().toBytes());
    Descriptor subject = Descriptor.of(MediaTypes.OCI_MANIFEST, image.manifest().toBytes());
    if (!config.equals(image.manifest().config())) {
      throw new IllegalStateException("the manifest names a config other than the written one");
    }
    Manifest artifact = StateArtifact.write(next, subject, sink);
    Descriptor committed =
        sink.commit(image.manifest(), image.config().platform(), List.of(artifact));
    return PublishedImage.of(
        sink.reference(),
        committed,
        image.manifest(),
        image.config().diffIds(),
        next,
        Optional.of(artifact.descriptor()));
  }

  /** Returns the packages; empty if the options say not to read them. */
  private Optional<Inventory> inventory(Division division, RechunkRequest request)
      throws IOException {
    return options.rules(request.groups()).packages()
        ? Optional.of(Inventory.of(division))
        : Optional.empty();
  }

  /**
   * Finds the files that made layers change, if the options say so. A failure is a notice, because
   * the image is complete without.
   */
  private Optional<UpdateCauses> causes(
      Optional<PublishedImage> previous,
      PublishedImage image,
      Division division,
      RechunkRequest request,
      Scratch scratch) {
    if (!options.explain() || previous.isEmpty() || request.previous().isEmpty()) {
      return Optional.empty();
    }
    UpdateCost cost = UpdateCost.between(previous.get(), image);
    try {
      return Optional.of(
          UpdateCauses.of(
              cost,
              request.previous().get(),
              ImageFiles.of(division),
              options.rules(request.groups()),
              scratch,
              request.progress(),
              request.layerLimits()));
    } catch (IOException e) {
      request.progress().notice("the files that made layers change are unknown: " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Returns the lost blobs of layers that the image shares with an earlier image. The layers can be
   * written anew.
   *
   * @throws LostBlobsException the failure, if the sink has lost other blobs only
   */
  private static Set<Digest> lost(
      LostBlobsException failure, List<WrittenLayer> layers, Progress progress)
      throws LostBlobsException {
    Set<Digest> lost = new HashSet<>(failure.blobs());
    lost.retainAll(reused(layers));
    if (lost.isEmpty()) {
      throw failure;
    }
    progress.notice(failure.problem() + "; writing these layers anew");
    return lost;
  }

  private static Set<Digest> reused(List<WrittenLayer> layers) {
    return layers.stream()
        .filter(WrittenLayer::reused)
        .map(layer -> layer.blob().digest())
        .collect(Collectors.toSet());
  }
}
