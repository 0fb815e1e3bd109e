package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RpmDatabaseLocationTest {
  @ParameterizedTest
  @CsvSource({
    "usr/share/rpm/rpmdb.sqlite, SQLITE",
    "usr/lib/sysimage/rpm/rpmdb.sqlite, SQLITE",
    "var/lib/rpm/rpmdb.sqlite, SQLITE",
    "usr/lib/sysimage/rpm/Packages.db, NDB",
    "var/lib/rpm/Packages, BERKELEY_DB",
  })
  void eachFormatIsFoundInEachDirectory(String path, RpmDatabaseFormat format) {
    assertThat(find(path)).contains(new RpmDatabaseLocation(path, format));
  }

  @Test
  void anImageWithoutADatabaseHasNoLocation() {
    assertThat(find("usr/share/rpm/other", "Packages")).isEmpty();
  }

  @Test
  void sqliteIsPreferredInAnyDirectory() {
    assertThat(find("usr/share/rpm/Packages", "var/lib/rpm/rpmdb.sqlite"))
        .contains(new RpmDatabaseLocation("var/lib/rpm/rpmdb.sqlite", RpmDatabaseFormat.SQLITE));
  }

  @Test
  void theFirstDirectoryIsPreferred() {
    assertThat(find("var/lib/rpm/rpmdb.sqlite", "usr/share/rpm/rpmdb.sqlite"))
        .map(RpmDatabaseLocation::path)
        .contains("usr/share/rpm/rpmdb.sqlite");
  }

  @Test
  void theLogIsBesideTheDatabase() {
    assertThat(new RpmDatabaseLocation("var/lib/rpm/rpmdb.sqlite", RpmDatabaseFormat.SQLITE))
        .extracting(RpmDatabaseLocation::walPath)
        .isEqualTo("var/lib/rpm/rpmdb.sqlite-wal");
  }

  private static Optional<RpmDatabaseLocation> find(String... files) {
    return RpmDatabaseLocation.find(Set.of(files)::contains);
  }
}
