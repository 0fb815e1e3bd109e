package dev.varve.cli.option;

import dev.varve.cli.session.SessionSettings;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Compression;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.packages.Repair;
import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.builtin.BuiltinOptions;
import dev.varve.runner.builtin.Predecessors;
import dev.varve.runner.container.ContainerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options for the division of an image into layers. */
@InGroup(HelpGroup.PLANNING)
public final class PlanOptions implements SessionSettings.Part {
  /** The limit of clients before 2025, including layers of images built on top. */
  private static final int MANY_LAYERS = 127;

  @InGroup(HelpGroup.MAIN)
  @Option(
      names = "--max-layers",
      paramLabel = "N",
      description =
          "The maximum number of layers (default: "
              + BuiltinEngine.DEFAULT_MAX_LAYERS
              + ", or the container engine's own).")
  private @Nullable Integer maxLayers;

  @Option(
      names = "--compression",
      paramLabel = "HOW",
      description =
          "The compression of new layers: zstd[:LEVEL], gzip[:LEVEL] or none "
              + "(default: zstd). The container engine writes gzip, a fast one for none.")
  private @Nullable String compression;

  @Option(
      names = "--groups",
      paramLabel = "FILE",
      description =
          "Packages and files to keep in one layer, in the format of rechunk's " + "meta.yml.")
  private @Nullable Path groups;

  @Mixin private PackagesOption packages;

  @Option(
      names = "--prune",
      paramLabel = "PATH",
      description = "Leave out PATH and everything below it. May be repeated.")
  private List<String> prune = List.of();

  @Option(
      names = "--one-file-system",
      description =
          "Leave out file systems that are mounted below a rootfs: SOURCE. This is "
              + "the default.")
  private boolean oneFileSystem;

  @Option(
      names = "--no-one-file-system",
      description = "Include file systems that are mounted below a rootfs: SOURCE.")
  private boolean manyFileSystems;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "The platform of the image (default: this machine's).")
  private @Nullable String platform;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description =
          "Continue the plan in FILE, from varve plan export, instead of the "
              + "previous image's.")
  private @Nullable Path plan;

  @Option(
      names = "--preserve-mtimes",
      description =
          "Keep the modification times of files and directories, as an image sealed by "
              + "a composefs digest requires; by default, Varve makes them stable. With this "
              + "option, --verify also compares them.")
  private boolean preserveMtimes;

  @Option(
      names = "--repair",
      paramLabel = "owners|modes|caps|pyc",
      split = ",",
      converter = RepairConverter.class,
      description =
          "Restore what the build changed in files that are as their packages ship them: owners, "
              + "modes, caps (lost capabilities), pyc (the times in compiled Python modules). "
              + "Several are separated by commas.")
  private List<Repair> repairs = List.of();

  @Option(
      names = "--why",
      description =
          "Show the files that made layers change, as varve diff --why does. The layers of the "
              + "previous image are read that the new one replaces.")
  private boolean why;

  @Option(
      names = "--verify",
      description =
          "Read the result and compare it to SOURCE before its publication. varve "
              + "publish also reads back what it has uploaded.")
  private boolean verify;

  /** Returns whether the package databases are read. */
  boolean readsPackages() {
    return packages.packages();
  }

  @Override
  public void addTo(SessionSettings session) {
    session.oneFileSystem(oneFileSystem());
    if (platform != null) {
      session.platform(PlatformChoice.only(Platform.parse(platform)));
    }
  }

  private boolean oneFileSystem() {
    if (oneFileSystem && manyFileSystems) {
      throw new IllegalArgumentException(
          "expected one of --one-file-system and --no-one-file-system, got both");
    }
    return !manyFileSystems;
  }

  /** Adds the options that all engines have to a request. */
  public void addTo(RechunkRequest.Builder request, Progress progress) throws IOException {
    if (maxLayers != null) {
      request.maxLayers(maxLayers);
      if (maxLayers > MANY_LAYERS) {
        progress.notice("older clients fail with more than " + MANY_LAYERS + " layers");
      }
    }
    if (groups != null) {
      request.groups(
          Groups.parse(
              new String(read(groups, "groups"), StandardCharsets.UTF_8), groups.toString()));
    }
  }

  /**
   * Returns the options of the built-in engine.
   *
   * @param predecessors opens the images that the previous image was planned with
   */
  BuiltinOptions builtin(Predecessors predecessors) throws IOException {
    BuiltinOptions.Builder options =
        BuiltinOptions.builder()
            .predecessors(predecessors)
            .preserveMtimes(preserveMtimes)
            .repairs(Set.copyOf(repairs))
            .explain(why)
            .verify(verify);
    if (compression != null) {
      options.compression(Compression.parse(compression));
    }
    if (!packages.packages()) {
      options.withoutPackages();
    }
    if (plan != null) {
      options.plan(PlanState.parse(read(plan, "plan"), plan.toString()));
    }
    prune.forEach(options::prune);
    return options.build();
  }

  /**
   * Adds these options to the container engine's settings.
   *
   * @throws IllegalArgumentException for an option that the container engine does not have
   */
  void addTo(ContainerSettings.Builder settings) {
    require(plan == null, "continuing a given plan", "it plans by itself");
    require(packages.packages(), "leaving packages out", "its layers are made of packages");
    require(prune.isEmpty(), "pruning", "it has a list of its own");
    require(!preserveMtimes, "preserving mtimes", "an OSTree commit has none");
    require(repairs.isEmpty(), "repairing files", "it reads them itself");
    require(!why, "showing the files that made layers change", "it says nothing of files");
    require(!verify, "verifying the result", "it moves files");
    if (compression != null) {
      Compression asked = Compression.parse(compression);
      boolean fast = asked.equals(Compression.parse("none"));
      require(
          fast || asked.equals(Compression.parse("gzip")),
          "compressing by " + asked,
          "it supports gzip, and none for a fast gzip");
      settings.fastCompression(fast);
    }
    if (groups != null) {
      settings.meta(groups);
    }
  }

  private static void require(boolean possible, String doing, String why) {
    if (!possible) {
      throw new IllegalArgumentException(
          doing
              + ": the container engine doesn't support this, because "
              + why
              + "; use the built-in engine");
    }
  }

  /** Parses what to repair. */
  static final class RepairConverter implements ITypeConverter<Repair> {
    @Override
    public Repair convert(String text) {
      for (Repair repair : Repair.values()) {
        if (repair.toString().equals(text)) {
          return repair;
        }
      }
      throw new TypeConversionException(
          "expected owners, modes, caps or pyc, got \"" + text + "\"");
    }
  }

  private static byte[] read(Path file, String what) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("reading the " + what + " in " + file + ": " + Failures.reason(e), e);
    }
  }
}
