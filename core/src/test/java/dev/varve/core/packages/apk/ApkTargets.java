package dev.varve.core.packages.apk;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.packages.RootFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The parser of apk's database. */
public final class ApkTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "apk-installed",
            ApkTargets::read,
            """
            P:p
            V:1-r0
            A:noarch
            o:p
            t:1735689600
            f:S
            F:
            R:bin
            a:0:0:777:Q1jwpLh8krpvGYxxZvulxXNGVvMOM=
            Z:Q1jwpLh8krpvGYxxZvulxXNGVvMOM=
            F:usr/bin
            M:0:0:1777
            R:a
            Z:X18f0a4b87c92ba6f198c7166fba5c5734656f30e3

            P:q
            V:2-r0
            """));
  }

  private static void read(byte[] input) throws IOException {
    FileTree tree =
        new FileTree.Builder().put("lib/apk/db/installed", RootFixture.file(input)).build();
    ApkPackages.find(tree, Path.of("")).orElseThrow().read(each -> {}, problem -> {});
  }
}
