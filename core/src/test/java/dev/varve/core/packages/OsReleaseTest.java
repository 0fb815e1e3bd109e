package dev.varve.core.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OsReleaseTest {
  @Test
  void valuesAreReadAsAShellReadsThem() {
    String text =
        """
        # a comment=1
        NAME="Bazzite"
        ID=bazzite
        ID_LIKE="fedora  centos"
        VERSION_ID='42'
        PRETTY_NAME="A \\"quoted\\" \\$name"
        =nothing
        """;
    assertThat(OsRelease.parse(text))
        .isEqualTo(
            new OsRelease("bazzite", List.of("fedora", "centos"), "42", "A \"quoted\" $name"));
  }

  @Test
  void whatIsMissingIsEmptyAndTheIdIsLinux() {
    assertThat(OsRelease.parse("")).isEqualTo(new OsRelease("linux", List.of(), "", ""));
    assertThat(OsRelease.parse("ID=\"\nVERSION_ID=\"\r\n").version()).isEqualTo("\"");
  }

  @Test
  void theFileIsFoundThroughLinks() throws IOException {
    FileTree tree =
        new FileTree.Builder()
            .put("etc", Inode.directory(0755, 0, 0, 0, Xattrs.EMPTY))
            .put("etc/os-release", Inode.symlink(0777, 0, 0, 0, Xattrs.EMPTY, "../usr/lib/os"))
            .put("usr/lib/os", Inode.symlink(0777, 0, 0, 0, Xattrs.EMPTY, "/usr/share/release"))
            .put("usr/share/release", RootFixture.file("ID=arch\n"))
            .put("usr/lib/os-release", RootFixture.file("ID=other\n"))
            .build();
    assertThat(OsRelease.of(tree).orElseThrow().id()).isEqualTo("arch");
  }

  @Test
  void withoutTheFirstFileTheSecondIsRead() throws IOException {
    FileTree tree =
        new FileTree.Builder()
            .put("etc/os-release", Inode.symlink(0777, 0, 0, 0, Xattrs.EMPTY, "missing"))
            .put("usr/lib/os-release", RootFixture.file("ID=other\n"))
            .build();
    assertThat(OsRelease.of(tree).orElseThrow().id()).isEqualTo("other");
    assertThat(OsRelease.of(new FileTree.Builder().build())).isEmpty();
  }
}
