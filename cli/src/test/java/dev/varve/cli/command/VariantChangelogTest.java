package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code varve changelog --variant}. */
final class VariantChangelogTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeImages() throws IOException {
    cli = new Cli(directory);
    write("main-1", "40-20251010", "bash=5.2-1", "kernel=6.1-1", "old=1-1", "same=1-1");
    write("main-2", "40-20251011", "bash=5.3-1", "kernel=6.2-1", "new=1:2-1", "same=1-1");
    write("nvidia-1", "40-20251010", "bash=5.2-1", "kernel=6.1-1", "old=1-1", "driver=570-1");
    write("nvidia-2", "40-20251011", "bash=5.3-1", "kernel=6.1-1", "new=1:2-1", "driver=570-2");
    write("dx-1", "dx-10", "bash=5.2-1", "kernel=6.1-1", "old=1-1", "a_|b_=1-1");
    write("dx-2", "dx-11", "bash=5.3-1", "new=1:2-1", "kernel=6.2-1");
  }

  private void write(String tag, String version, String... packages) throws IOException {
    Sample sample =
        new Sample().file("etc/a", tag).label("org.opencontainers.image.version", version);
    for (String each : packages) {
      int equals = each.lastIndexOf('=');
      sample.installed(each.substring(0, equals), each.substring(equals + 1));
    }
    sample.writeTo(directory.resolve("os"), tag);
  }

  private Run changelog(String... names) {
    List<String> line = new ArrayList<>(List.of("changelog", "-q"));
    for (String name : names) {
      if (name.startsWith("-")) {
        line.add(name);
      } else {
        String image = "oci:DIR/os:" + name;
        line.addAll(List.of("--variant", name + "=" + image + "-1," + image + "-2"));
      }
    }
    return cli.run(line.toArray(String[]::new));
  }

  @Test
  void commonChangesAreListedOnceAndOthersInATable() {
    Run run = changelog("main", "nvidia");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            # 40-20251011

            Changes since 40-20251010

            ## Packages of all variants

             - **new**: x → 2
             - **bash**: 5.2 → 5.3
             - **old**: 1 → x

            ## Packages that differ

            | package | main | nvidia |
            | --- | --- | --- |
            | driver | – | 570-1 → 570-2 |
            | kernel | 6.1 → 6.2 | 6.1 |
            """);
  }

  @Test
  void variantsOfDifferentVersionsAreListed() {
    assertThat(changelog("main", "dx").out())
        .isEqualTo(
            """
            # Changes

            | variant | from | to |
            | --- | --- | --- |
            | main | 40-20251010 | 40-20251011 |
            | dx | dx-10 | dx-11 |

            ## Packages of all variants

             - **new**: x → 2
             - **bash**: 5.2 → 5.3
             - **kernel**: 6.1 → 6.2
             - **old**: 1 → x

            ## Packages that differ

            | package | main | dx |
            | --- | --- | --- |
            | a\\_\\|b\\_ | – | 1 → x |
            """);
  }

  @Test
  void aRowHasTheReleaseOfEveryVersionIfOneNeedsIt() throws IOException {
    write("a-1", "1", "same=1-1", "tool=2.75-6", "other=6.1-1");
    write("a-2", "2", "same=1-1", "tool=2.75-7", "other=6.2-1");
    write("b-1", "1", "same=1-1", "tool=2.75-6", "other=6.1-2");
    write("b-2", "2", "same=1-1", "tool=2.75-6", "other=6.1-2");
    assertThat(changelog("a", "b").out())
        .isEqualTo(
            """
            # 2

            Changes since 1

            ## Packages that differ

            | package | a | b |
            | --- | --- | --- |
            | other | 6.1-1 → 6.2-1 | 6.1-2 |
            | tool | 2.75-6 → 2.75-7 | 2.75-6 |
            """);
  }

  @Test
  void withoutChangesThereIsOneSentence() throws IOException {
    write("a-1", "1", "same=1-1");
    write("a-2", "2", "same=1-1");
    assertThat(changelog("a").out())
        .isEqualTo(
            """
            # 2

            Changes since 1

            No packages changed.
            """);
  }

  @Test
  void oneVariantHasNoTable() {
    assertThat(changelog("nvidia").out())
        .isEqualTo(
            """
            # 40-20251011

            Changes since 40-20251010

            ## Packages of all variants

             - **new**: x → 2
             - **bash**: 5.2 → 5.3
             - **driver**: 570-1 → 570-2
             - **old**: 1 → x
            """);
  }

  @Test
  void jsonHasBothPartsAndTheImages() throws IOException {
    JsonObject json = changelog("main", "nvidia", "--json").json();
    assertThat(json.objects("variants"))
        .extracting(
            variant -> variant.string("name") + " " + variant.object("to").string("version"))
        .containsExactly("main 40-20251011", "nvidia 40-20251011");
    assertThat(json.objects("common")).hasSize(3);
    JsonObject kernel = json.objects("differing").get(1);
    assertThat(kernel.string("package")).isEqualTo("kernel");
    assertThat(kernel.objects("variants"))
        .extracting(
            each -> each.string("name") + " " + each.string("before") + " " + each.string("after"))
        .containsExactly("main 6.1-1 6.2-1", "nvidia 6.1-1 6.1-1");
    assertThat(json.string("changelog")).startsWith("# 40-20251011\n");
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThat(cli.run("changelog", "oci:DIR/os:main-1"))
        .extracting(Run::exitCode, Run::err)
        .containsExactly(2, "varve: expected OLD and NEW, or --variant NAME=OLD,NEW\n");
    assertThat(changelog("main", "main").err())
        .startsWith("varve: --variant: expected NAME=OLD,NEW with a name of its own, got \"main=");
    assertThat(cli.run("changelog", "a", "b", "--variant", "c=d,e").err())
        .startsWith("varve: OLD and --variant contradict each other");
  }
}
