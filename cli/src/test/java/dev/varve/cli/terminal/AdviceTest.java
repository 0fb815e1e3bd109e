package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.varve.cli.Main;
import dev.varve.core.bytes.Remedy;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

final class AdviceTest {
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

  /** Arguments of podman and git that look like flags of ours. */
  private static final Pattern ARGUMENT =
      Pattern.compile("--(all|force|format|quiet|verify|version)(=.*)?");

  private static Set<String> flags() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(new ResultStream(out), new PrintStream(out), Map.of(), false, () -> 0);
    Set<String> flags = new TreeSet<>();
    collect(Main.allCommands(console), flags);
    return flags;
  }

  private static void collect(CommandLine command, Set<String> flags) {
    command.getCommandSpec().options().forEach(option -> flags.addAll(List.of(option.names())));
    command.getSubcommands().values().forEach(inner -> collect(inner, flags));
  }

  private static Stream<String> flagsIn(String text) {
    return FLAG.matcher(text).results().map(MatchResult::group);
  }

  /** Returns the string constants of a class file, including names and descriptors. */
  private static List<String> constants(JavaClass type) throws IOException {
    List<String> constants = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(type.getSource().orElseThrow().getUri().toURL().openStream())) {
      in.skipNBytes(8); // magic and version
      int count = in.readUnsignedShort();
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        switch (tag) {
          case 1 -> constants.add(in.readUTF());
          case 5, 6 -> {
            in.skipNBytes(8);
            i++; // a long or double takes two places
          }
          case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
          case 15 -> in.skipNBytes(3);
          default -> in.skipNBytes(4);
        }
      }
    }
    return constants;
  }

  @ParameterizedTest
  @EnumSource
  void everyRemedyIsWordedWithFlagsThatExist(Remedy remedy) {
    assertThat(Advice.of(remedy)).matches("[;:,.] .*[^.]");
    assertThat(flags()).containsAll(flagsIn(Advice.of(remedy)).toList());
  }

  @Test
  void noMessageOfTheLibrariesNamesAFlag() throws IOException {
    JavaClasses libraries =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.varve.core", "dev.varve.registry", "dev.varve.runner");
    assertThat(libraries).hasSizeGreaterThan(300);
    Set<String> flags = flags();
    List<String> naming = new ArrayList<>();
    for (JavaClass type : libraries) {
      constants(type).stream()
          .filter(text -> !text.startsWith("RUN ")) // a line for a Containerfile
          .filter(
              text -> !ARGUMENT.matcher(text).matches() && flagsIn(text).anyMatch(flags::contains))
          .forEach(text -> naming.add(type.getSimpleName() + ": " + text));
    }
    assertThat(naming).isEmpty();
  }
}
