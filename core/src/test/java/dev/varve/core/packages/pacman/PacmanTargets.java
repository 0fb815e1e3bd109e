package dev.varve.core.packages.pacman;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.packages.RootFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The parsers of pacman's database. */
public final class PacmanTargets implements FuzzTargets {
  private static final String P = "var/lib/pacman/local/p-1-1/";

  private static final String MTREE =
      """
      #mtree
      /set type=file uid=0 gid=0 mode=644
      ./.PKGINFO time=1735689600.0 size=0 md5digest=d41d8cd98f00b204e9800998ecf8427e
      /set mode=755
      ./a time=1735689600.5 type=dir
      ./a/b\\040c time=1735689600.0 mode=777 type=link link=../d\\351
      """;

  @Override
  public List<FuzzTarget> targets() throws IOException {
    byte[] mtree = MTREE.getBytes(StandardCharsets.US_ASCII);
    return List.of(
        FuzzTarget.ofText(
            "pacman-desc",
            with("desc"),
            "%NAME%\np\n\n%VERSION%\n1:1-1\n\n%BASE%\np\n\n%ARCH%\nany\n\n%BUILDDATE%\n1735689600\n\n"),
        FuzzTarget.ofText(
            "pacman-files", with("files"), "%FILES%\na/\na/b c\n\n%BACKUP%\na/b c\t(null)\n\n"),
        new FuzzTarget("pacman-mtree", with("mtree"), List.of(mtree, PacmanRoot.gzip(mtree))),
        FuzzTarget.ofText(
            "pacman-conf",
            PacmanTargets::readConfiguration,
            "[options]\n#DBPath = /a\nDBPath = /var/lib/pacman/\n"));
  }

  /** Reads a package that has the input as one of its files. */
  private static IoConsumer<byte[]> with(String file) {
    return input -> {
      FileTree tree =
          new FileTree.Builder()
              .put(P + "desc", RootFixture.file(PacmanRoot.description("p")))
              .put(P + "files", RootFixture.file("%FILES%\na/\na/b c\n"))
              .put(P + file, RootFixture.file(input))
              .build();
      new PacmanPackage(tree, P.substring(0, P.length() - 1)).read();
    };
  }

  private static void readConfiguration(byte[] input) throws IOException {
    FileTree tree =
        new FileTree.Builder()
            .put(P + "desc", RootFixture.file(PacmanRoot.description("p")))
            .put("etc/pacman.conf", RootFixture.file(input))
            .build();
    if (PacmanPackages.find(tree, Path.of("")).isEmpty()) {
      throw new AssertionError("the usual directory was not found");
    }
  }
}
