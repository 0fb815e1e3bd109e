package dev.varve.core.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {
  /** A name in Latin-1, which is not UTF-8. */
  private static final String LATIN =
      LosslessUtf8.decode("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));

  @TempDir Path temp;

  private FileTree read() throws IOException {
    return DirectoryTree.read(temp, Boundary.DEFAULT, Set.of(), Progress.SILENT);
  }

  private Inode find(String path) throws IOException {
    return read().find(path).orElseThrow();
  }

  private static void run(String... command) throws Exception {
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(exit).as(String.join(" ", command)).isZero();
  }

  @Test
  void filesHaveTheirAttributesAndContents() throws IOException {
    Path file = Files.writeString(Files.createDirectory(temp.resolve("etc")).resolve("f"), "text");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-05-06T07:08:09.9Z")));
    Inode inode = find("etc/f");
    assertThat(inode.kind()).isEqualTo(Inode.Kind.FILE);
    assertThat(inode.mode()).isEqualTo(0751);
    assertThat(inode.mtime()).isEqualTo(Instant.parse("2024-05-06T07:08:09Z").getEpochSecond());
    assertThat(inode.uid()).isEqualTo(((Integer) Files.getAttribute(file, "unix:uid")).longValue());
    Content content = inode.content().orElseThrow();
    assertThat(content.size()).isEqualTo(4);
    assertThat(content.digest()).isEqualTo(Digest.of("text".getBytes(StandardCharsets.UTF_8)));
    assertThat(content.open()).hasContent("text");
  }

  @Test
  void timesBefore1970AreRoundedDown() throws Exception {
    run("touch", "-d", "1969-12-31T23:59:58.5Z", temp.resolve("old").toString());
    assertThat(find("old").mtime()).isEqualTo(-2);
  }

  @Test
  void theRootHasItsOwnAttributes() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx--x--x"));
    assertThat(find("").mode()).isEqualTo(0711);
  }

  @Test
  void hardLinksShareAnInode() throws IOException {
    Path file = Files.writeString(temp.resolve("a"), "x");
    Files.createLink(Files.createDirectory(temp.resolve("d")).resolve("b"), file);
    Files.writeString(temp.resolve("c"), "x");
    FileTree tree = read();
    assertThat(tree.find("d/b").orElseThrow()).isSameAs(tree.find("a").orElseThrow());
    assertThat(tree.find("c").orElseThrow()).isNotSameAs(tree.find("a").orElseThrow());
  }

  @Test
  void namesAreKeptByteByByte() throws IOException {
    List<String> names = List.of(LATIN, LATIN + "/" + LATIN + "\n", "ü", "a%41b?#", "\\", "🜁");
    Files.createDirectory(RawPath.resolve(temp, LATIN));
    for (String name : names.subList(1, names.size())) {
      Files.writeString(RawPath.resolve(temp, name), "of " + name.length());
    }
    FileTree tree = read();
    assertThat(tree.entries()).extracting(FileTree.Entry::path).containsAll(names).hasSize(7);
    assertThat(tree.find(LATIN + "/" + LATIN + "\n").orElseThrow().content().orElseThrow().open())
        .hasContent("of 10");
  }

  @Test
  void namesAreKeptInALocaleWithoutTheirCharacters() throws Exception {
    String name = LATIN + "-ü";
    Files.writeString(RawPath.resolve(temp, name), "x");
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PrintTree.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    java.environment().put("LC_ALL", "C");
    String printed =
        new String(java.start().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(printed).isEqualTo("636166e92dc3bc=1\n");
  }

  /** Prints the names in hexadecimal, with the lengths of the contents read. */
  static final class PrintTree {
    private PrintTree() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
      FileTree tree =
          DirectoryTree.read(Path.of(args[0]), Boundary.DEFAULT, Set.of(), Progress.SILENT);
      for (FileTree.Entry entry : tree.entries().subList(1, tree.entries().size())) {
        try (InputStream in = entry.inode().content().orElseThrow().open()) {
          System.out.print(
              java.util.HexFormat.of().formatHex(LosslessUtf8.encode(entry.path()))
                  + "="
                  + in.readAllBytes().length
                  + "\n");
        }
      }
    }
  }

  @Test
  void targetsOfSymbolicLinksAreKeptUnchanged() throws Exception {
    for (String target : List.of("a//b/", "/etc/../x", "nowhere")) {
      run("ln", "-sfn", target, temp.resolve("link").toString());
      assertThat(find("link").linkTarget()).isEqualTo(target);
    }
  }

  @Test
  void symbolicLinksToDirectoriesAreNotFollowed() throws IOException {
    Files.createFile(Files.createDirectory(temp.resolve("d")).resolve("f"));
    Files.createSymbolicLink(temp.resolve("l"), Path.of("d"));
    assertThat(read().entries())
        .extracting(FileTree.Entry::path)
        .containsExactly("", "d", "d/f", "l");
  }

  @Test
  void extendedAttributesAreKeptAsBytes() throws IOException {
    Path file = Files.createFile(temp.resolve("f"));
    byte[] value = {0, (byte) 0xFF, '\n', 0};
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("user"));
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    view.write("component", ByteBuffer.wrap(value));
    view.write("empty", ByteBuffer.allocate(0));
    Xattrs xattrs = find("f").xattrs();
    assertThat(xattrs.names()).containsExactly("user.component", "user.empty");
    assertThat(xattrs.get("user.component")).hasValue(value);
    assertThat(xattrs.get("user.empty")).hasValue(new byte[0]);
  }

  @Test
  void pipesAreKept() throws Exception {
    run("mkfifo", "-m", "640", temp.resolve("pipe").toString());
    Inode pipe = find("pipe");
    assertThat(pipe.kind()).isEqualTo(Inode.Kind.FIFO);
    assertThat(pipe.mode()).isEqualTo(0640);
  }

  @Test
  void socketsAreLeftOutWithANotice() throws IOException {
    Path socket = temp.resolve("s");
    List<String> notices = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      FileTree tree = DirectoryTree.read(temp, Boundary.DEFAULT, Set.of(), new Notices(notices));
      assertThat(tree.find("s")).isEmpty();
    }
    assertThat(notices)
        .containsExactly(
            socket.toRealPath() + " is a socket, which an image can't contain: left out");
  }

  @Test
  void whiteoutNamesAreLeftOutWithANotice() throws Exception {
    Path directory = Files.createDirectory(temp.toRealPath().resolve("d"));
    Files.writeString(directory.resolve(".wh.kept"), "x");
    Files.writeString(directory.resolve("kept"), "x");
    Files.writeString(Files.createDirectory(directory.resolve(".wh..wh.plnk")).resolve("in"), "x");
    Files.writeString(directory.resolve("a.wh.b"), "x");
    List<String> notices = new ArrayList<>();
    FileTree tree = DirectoryTree.read(temp, Boundary.DEFAULT, Set.of(), new Notices(notices));
    assertThat(tree.entries())
        .extracting(FileTree.Entry::path)
        .containsExactly("", "d", "d/a.wh.b", "d/kept");
    assertThat(notices)
        .containsExactly(
            directory + "/.wh..wh.plnk has a name that is a whiteout in a layer: left out",
            directory + "/.wh.kept has a name that is a whiteout in a layer: left out");
  }

  @Test
  void anOverlayfsWhiteoutIsLeftOutWithANotice() throws Exception {
    assumeTrue(isRoot(), "only root makes devices");
    run("mknod", temp.resolve("gone").toString(), "c", "0", "0");
    run("mknod", temp.resolve("null").toString(), "c", "1", "3");
    List<String> notices = new ArrayList<>();
    FileTree tree = DirectoryTree.read(temp, Boundary.DEFAULT, Set.of(), new Notices(notices));
    assertThat(tree.entries()).extracting(FileTree.Entry::path).containsExactly("", "null");
    assertThat(notices)
        .containsExactly(
            temp.toRealPath() + "/gone is an overlay's whiteout instead of a file: left out");
  }

  @Test
  void aMissingFileThatOverlayfsListsIsLeftOutWithANotice() throws Exception {
    assumeTrue(isRoot(), "only root mounts");
    Path upper = temp.resolve("upper");
    Files.createDirectories(upper.resolve("d"));
    run("mknod", upper.resolve("d/gone").toString(), "c", "0", "0");
    Files.createDirectory(temp.resolve("lower"));
    Path merged = Files.createDirectory(temp.resolve("merged"));
    run(
        "mount",
        "-t",
        "overlay",
        "overlay",
        "-o",
        "ro,lowerdir=" + upper + ":" + temp.resolve("lower"),
        merged.toString());
    List<String> notices = new ArrayList<>();
    try {
      FileTree tree = DirectoryTree.read(merged, Boundary.DEFAULT, Set.of(), new Notices(notices));
      assertThat(tree.entries()).extracting(FileTree.Entry::path).containsExactly("", "d");
    } finally {
      run("umount", merged.toString());
    }
    assertThat(notices)
        .containsExactly(merged.toRealPath() + "/d/gone is listed, but does not exist: left out");
  }

  @Test
  void mountsAreLeftOutWithANoticeUnlessRequested() throws Exception {
    assumeTrue(isRoot(), "only root mounts");
    Path source = Files.createDirectory(temp.resolve("source"));
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("f"), "x");
    Path mountPoint = Files.createDirectory(source.resolve("mounted here"));
    Path file = Files.createFile(source.resolve("file"));
    run("mount", "--bind", other.toString(), mountPoint.toString());
    run("mount", "--bind", other.resolve("f").toString(), file.toString());
    List<String> notices = new ArrayList<>();
    try {
      assertThat(
              DirectoryTree.read(source, Boundary.DEFAULT, Set.of(), new Notices(notices))
                  .entries())
          .extracting(FileTree.Entry::path)
          .containsExactly("", "mounted here");
      assertThat(
              DirectoryTree.read(
                      source, new Boundary(false, List.of()), Set.of(), new Notices(notices))
                  .entries())
          .extracting(FileTree.Entry::path)
          .containsExactly("", "file", "mounted here", "mounted here/f");
    } finally {
      run("umount", file.toString());
      run("umount", mountPoint.toString());
    }
    Path real = source.toRealPath();
    assertThat(notices)
        .containsExactly("left out the mounts at %s/file, %s/mounted here".formatted(real, real));
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Test
  void prunedDirectoriesAreNotRead() throws IOException {
    Files.writeString(Files.createDirectories(temp.resolve("a/b")).resolve("c"), "x");
    Files.writeString(temp.resolve("a/kept"), "x");
    Files.createLink(temp.resolve("linked"), temp.resolve("a/b/c"));
    List<String> notices = new ArrayList<>();
    Path socket = temp.resolve("a/b/s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      FileTree tree =
          DirectoryTree.read(
              temp,
              Boundary.DEFAULT,
              Set.of("a/b", "a/b/c", "nowhere", "a/b2"),
              new Notices(notices));
      assertThat(tree.entries())
          .extracting(FileTree.Entry::path)
          .containsExactly("", "a", "a/kept", "linked");
    }
    assertThat(notices)
        .containsExactly("nothing to prune at /a/b2", "nothing to prune at /nowhere");
  }

  @Test
  void foreignFilesAreLeftOutWithANotice() throws IOException {
    Path source = Files.createDirectory(temp.toRealPath().resolve("source"));
    Files.writeString(Files.createDirectories(source.resolve("d/out")).resolve("index.json"), "x");
    Files.writeString(source.resolve("d/.varve-staged"), "x");
    Files.writeString(source.resolve(".varve-kept"), "x");
    Files.createSymbolicLink(temp.resolve("link"), source.resolve("d"));
    List<String> notices = new ArrayList<>();
    Boundary boundary =
        new Boundary(
            true,
            List.of(
                temp.resolve("link/out"),
                source.resolve("d/not/there"),
                temp.resolve("source2"),
                temp));
    FileTree tree = DirectoryTree.read(source, boundary, Set.of(), new Notices(notices));
    assertThat(tree.entries())
        .extracting(FileTree.Entry::path)
        .containsExactly("", ".varve-kept", "d");
    assertThat(notices)
        .containsExactly(
            "left out %s/d/out: this run uses it, and it is not part of %s"
                .formatted(source, source));
  }

  private record Notices(List<String> texts) implements Progress {
    @Override
    public void notice(String text) {
      texts.add(text);
    }
  }

  @Test
  void aFileThatHasGrownIsAnError() throws IOException {
    Path file = Files.writeString(temp.resolve("f"), "four");
    Content content = find("f").content().orElseThrow();
    Files.writeString(file, "fives");
    assertThatThrownBy(() -> content.open().readAllBytes())
        .hasMessage(
            "reading %s: the file changed while it was read; expected 4 bytes, got more", file);
  }

  @Test
  void aFileThatHasShrunkIsAnError() throws IOException {
    Path file = Files.writeString(temp.resolve("f"), "four");
    Content content = find("f").content().orElseThrow();
    Files.writeString(file, "");
    assertThatThrownBy(() -> content.open().readAllBytes())
        .hasMessage(
            "reading %s: the file changed while it was read; expected 4 bytes, got 0", file);
  }

  @Test
  void aFileOrAMissingDirectoryIsRefused() throws IOException {
    Path file = Files.createFile(temp.resolve("f"));
    assertThatThrownBy(() -> DirectoryTree.read(file, Boundary.DEFAULT, Set.of(), Progress.SILENT))
        .hasMessage("reading " + file + ": it is not a directory");
    assertThatThrownBy(
            () ->
                DirectoryTree.read(temp.resolve("x"), Boundary.DEFAULT, Set.of(), Progress.SILENT))
        .hasMessage("reading " + temp.resolve("x") + ": there is no such directory");
  }

  @Test
  void anUnreadableFileIsNamedWithARemedy() throws IOException {
    Path file = Files.createFile(temp.resolve("secret"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "root may read anything");
    assertThatThrownBy(this::read)
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageStartingWith("reading " + file + ": permission denied; run as root");
  }
}
