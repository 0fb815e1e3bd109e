package dev.varve.runner.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The loop devices of files. */
final class LoopDevices {
  private static final Path ALL = Path.of("/sys/block");

  private LoopDevices() {}

  /** Returns the devices of a file, such as {@code /dev/loop0}; the file may be deleted. */
  static List<String> of(Path file) throws IOException {
    List<String> devices = new ArrayList<>();
    if (!Files.isDirectory(ALL)) {
      return devices;
    }
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(ALL, "loop*")) {
      for (Path loop : loops) {
        String backing = read(loop.resolve("loop/backing_file")).strip();
        if (backing.equals(file.toString()) || backing.equals(file + " (deleted)")) {
          devices.add("/dev/" + loop.getFileName());
        }
      }
    }
    return devices;
  }

  /** Reads a file, which may disappear with its device: returns an empty text then. */
  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return "";
    }
  }
}
