package dev.varve.runner.builtin;

import dev.varve.core.bytes.IoSupplier;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.Groups;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.update.Release;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.SourceReadOnce;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Rechunks a series of images under other settings, each image planned with the one before: what
 * would have been published. Nothing is kept but the sizes of layers.
 */
public final class Simulation {
  private final Scratch scratch;
  private final LayerLimits limits;
  private final Progress progress;

  /**
   * Creates a simulation.
   *
   * @param scratch for unpacked files and for the images of each setting
   */
  public Simulation(Scratch scratch, LayerLimits limits, Progress progress) {
    this.scratch = scratch;
    this.limits = limits;
    this.progress = progress;
  }

  /**
   * How to rechunk.
   *
   * @param maxLayers the most layers; empty for the engine's default
   * @param groups the groups of packages and files
   * @param options the engine's own options
   */
  public record Settings(OptionalInt maxLayers, Groups groups, BuiltinOptions options) {}

  /**
   * Rechunks images under each of some settings.
   *
   * @param series opens the images one after another, oldest first; each is read once, and closed
   * @return for each of the settings the images that would have been published
   */
  public List<List<Release>> run(List<IoSupplier<TreeSource>> series, List<Settings> settings)
      throws IOException {
    List<Path> layouts = new ArrayList<>();
    List<List<Release>> results = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      layouts.add(scratch.directory("simulated"));
      results.add(new ArrayList<>());
    }
    for (int image = 0; image < series.size(); image++) {
      try (Scratch own = new Scratch(scratch.root());
          TreeSource opened = series.get(image).get()) {
        TreeSource source = new SourceReadOnce(opened);
        for (int i = 0; i < settings.size(); i++) {
          Settings tried = settings.get(i);
          // Before an engine, which deletes its own directory, where the next would read.
          source.read(own.directory("source"), Set.copyOf(tried.options().prune()), progress);
          results.get(i).add(rechunk(source, tried, layouts.get(i), image, own.directory("image")));
        }
      }
    }
    return results;
  }

  /** Rechunks an image into a layout, with its place in the series as its tag. */
  private Release rechunk(
      TreeSource source, Settings settings, Path layout, int image, Path unpacked)
      throws IOException {
    String name = "simulated image " + image;
    try (Previous previous = Previous.open(layout, image);
        ImageSink sink = OciLayout.create(layout, Integer.toString(image), name)) {
      RechunkRequest.Builder request =
          RechunkRequest.builder(source, sink, unpacked)
              .groups(settings.groups())
              .layerLimits(limits)
              .progress(progress);
      settings.maxLayers().ifPresent(request::maxLayers);
      previous.image().ifPresent(request::previous);
      var result = new BuiltinEngine(settings.options()).rechunk(request.build());
      return new Release(
          source.reference(),
          result.image().descriptor().digest(),
          source.config().created(),
          result.image().layers().stream().map(PublishedLayer::blob).toList(),
          Map.of());
    }
  }

  /** The image before, if there is one. */
  private record Previous(Optional<ImageSource> image) implements AutoCloseable {
    static Previous open(Path layout, int image) throws IOException {
      String before = Integer.toString(image - 1);
      return new Previous(
          image == 0
              ? Optional.empty()
              : Optional.of(
                  OciLayout.open(
                      layout, before, PlatformChoice.any(), "simulated image " + before)));
    }

    @Override
    public void close() throws IOException {
      if (image.isPresent()) {
        image.get().close();
      }
    }
  }
}
