package dev.varve.core.packages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Root directories that a fixture's script made, and files for smaller ones. */
public final class RootFixture {
  private RootFixture() {}

  /** Reads a compressed tar into memory. */
  public static FileTree read(Path archive, Path scratch) throws IOException {
    byte[] tar;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
      tar = in.readAllBytes();
    }
    try (LayeredTree read = LayeredTree.read(MemoryImage.of(tar), scratch, Progress.SILENT)) {
      FileTree.Builder copy = new FileTree.Builder();
      for (FileTree.Entry entry : read.tree().entries()) {
        copy.put(entry.path(), inMemory(entry.inode()));
      }
      return copy.build();
    }
  }

  private static Inode inMemory(Inode inode) throws IOException {
    if (inode.content().isEmpty()) {
      return inode;
    }
    try (InputStream in = inode.content().get().open()) {
      BytesContent content = new BytesContent(in.readAllBytes());
      return Inode.file(
          inode.mode(), inode.uid(), inode.gid(), inode.mtime(), inode.xattrs(), content);
    }
  }

  /** Returns the bytes of a file. */
  public static byte[] bytes(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.file(path).orElseThrow().content().orElseThrow().open()) {
      return in.readAllBytes();
    }
  }

  /** Returns a file with a text. */
  public static Inode file(String text) {
    return file(text.getBytes(UTF_8));
  }

  /** Returns a file with these bytes. */
  public static Inode file(byte[] bytes) {
    return file(new BytesContent(bytes));
  }

  private static Inode file(Content content) {
    return Inode.file(0644, 0, 0, 7, Xattrs.EMPTY, content);
  }
}
