package dev.varve.runner.storage;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.StepResult;
import dev.varve.runner.Elevation;
import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sparse file of a BTRFS, which only root may read. Varve recognizes its own files by the
 * label: the name of the run that the BTRFS was made for, or {@link #PERMANENT}.
 */
final class StorageFile {
  /** The label of a permanent BTRFS, which belongs to no run. */
  static final String PERMANENT = "varve";

  private static final int BLOCK = 512;

  private final StorageSettings settings;
  private final Path image;
  private final RootCommands commands;

  /** The label of the file that this object has made; empty if none. */
  private volatile String placed = "";

  /**
   * Creates the access to a file, which may be missing.
   *
   * @param commands the commands that read and delete the file
   */
  StorageFile(StorageSettings settings, RootCommands commands) {
    this.settings = settings;
    this.image = settings.image();
    this.commands = commands;
  }

  /** Returns the label of the file; empty if the file is not Varve's, or cannot be read. */
  Optional<String> label() throws IOException {
    boolean readable = !commands.root().equals(Elevation.NONE) || Files.isReadable(image);
    return readable && BtrfsFile.isWrittenOnlyByRoot(image) && BtrfsFile.mayHaveSuperblock(image)
        ? BtrfsFile.label(superblock()).filter(StorageFile::isOurs)
        : Optional.empty();
  }

  private static boolean isOurs(String label) {
    return label.equals(PERMANENT) || Owner.of(label).isPresent();
  }

  /** Reads the superblock as root, because only root may read the file. */
  private byte[] superblock() throws IOException {
    if (commands.root().equals(Elevation.NONE)) {
      return BtrfsFile.superblock(image);
    }
    String from = Integer.toString(BtrfsFile.SUPERBLOCK);
    String length = Integer.toString(BtrfsFile.LENGTH);
    StepResult bytes =
        commands.require(
            "od", "-A", "n", "-t", "x1", "-v", "-j", from, "-N", length, image.toString());
    return HexFormat.of().parseHex(bytes.output().replaceAll("\\s", ""));
  }

  /** Returns the bytes that the file takes on disk; -1 if the file is missing. */
  long allocated() throws IOException {
    if (!Files.exists(image)) {
      return -1;
    }
    StepResult blocks = commands.require("stat", "-c", "%b", image.toString());
    return Long.parseLong(blocks.output().strip()) * BLOCK;
  }

  /**
   * Makes the file under another name, and links the complete file to its path. Only root may read
   * the file, because images may have files that only root may read.
   *
   * @param doing the work that needs the file, for messages: begins with a gerund
   * @param mkfs the path of mkfs.btrfs
   * @param making the commands that make the file; another thread may stop them
   */
  void create(String doing, String mkfs, String label, StorageStatus status, RootCommands making)
      throws IOException {
    if (status.imageBytes() >= 0) {
      throw new RemediableException(
          doing + ": " + image + " is there, and is no storage of Varve's; remove it",
          Remedy.OTHER_STORAGE_FILE);
    }
    requireFree(doing, status.freeBytes());
    String unfinished = settings.directory().resolve(unfinished() + Owner.current()).toString();
    making.require("install", "-T", "-m", "600", "/dev/null", unfinished);
    making.require("truncate", "-s", Long.toString(settings.size()), unfinished);
    making.require(mkfs, "-q", "-f", "-L", label, unfinished);
    place(unfinished, label, making);
    making.require("rm", "-f", unfinished);
  }

  private void requireFree(String doing, long free) throws MachineLacksException {
    if (!Files.isDirectory(settings.directory())) {
      throw new MachineLacksException(
          doing + ": there is no directory " + settings.directory() + " for its file");
    }
    if (free < settings.minFree()) {
      throw new MachineLacksException(
          String.format(
              Locale.ROOT,
              "%s: expected %.1f GB free in %s, got %.1f GB; free some",
              doing,
              settings.minFree() / 1e9,
              settings.directory(),
              free / 1e9),
          Remedy.SMALLER_STORAGE);
    }
  }

  /** Links the file to its path. Fails if another process has made a file at this path. */
  private void place(String unfinished, String label, RootCommands making) throws IOException {
    placed = label; // set before, for an interruption of the command
    StepResult linked = making.run("ln", "-T", unfinished, image.toString());
    if (!linked.succeeded()) {
      placed = "";
      throw linked.failure();
    }
  }

  /** Returns whether this object has made the file, rather than another process. */
  boolean isPlaced() throws IOException {
    return !placed.isEmpty() && label().equals(Optional.of(placed));
  }

  /** Frees the loop devices of the file, which must not be mounted. */
  void freeDevices() throws IOException {
    for (String device : LoopDevices.of(image)) {
      commands.require("losetup", "-d", device);
    }
  }

  /** Deletes the file. */
  void delete() throws IOException {
    commands.require("rm", "-f", image.toString());
  }

  /** Deletes the unfinished files of this process, and of processes that have ended. */
  void deleteUnfinished() throws IOException {
    for (Path file : list(settings.directory())) {
      String name = file.getFileName().toString();
      Optional<Owner> owner =
          name.startsWith(unfinished())
              ? Owner.of(name.substring(unfinished().length()))
              : Optional.empty();
      if (owner.isPresent() && (owner.get().equals(Owner.current()) || !owner.get().isAlive())) {
        commands.require("rm", "-f", file.toString());
      }
    }
  }

  /** Returns the prefix of the names of unfinished files. */
  private String unfinished() {
    return image.getFileName() + ".";
  }

  /** Lists a directory; empty if the directory is missing, or this user may not read it. */
  static List<Path> list(Path directory) throws IOException {
    if (!Files.isReadable(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (UncheckedIOException e) {
      throw new IOException("listing " + directory, e.getCause());
    }
  }
}
