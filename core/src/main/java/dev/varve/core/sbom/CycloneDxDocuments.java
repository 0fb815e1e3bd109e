package dev.varve.core.sbom;

import dev.varve.core.image.Digest;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.sbom.Sbom.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.OrganizationalContact;
import org.cyclonedx.model.OrganizationalEntity;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.license.Expression;
import org.cyclonedx.model.metadata.ToolInformation;

/** Writes bills of materials in CycloneDX's format. */
final class CycloneDxDocuments {
  private static final String SOURCE_PROPERTY = "dev.varve:source";

  /**
   * The first day that the library writes in the Gregorian calendar, which the format requires.
   * Images with an earlier date have none: their tools write the first day of the year 1.
   */
  private static final Instant GREGORIAN = Instant.parse("1582-10-15T00:00:00Z");

  private final Sbom sbom;
  private final Licenses licenses = new Licenses();

  private CycloneDxDocuments(Sbom sbom) {
    this.sbom = sbom;
  }

  static byte[] write(Sbom sbom) throws IOException {
    Bom bom = new CycloneDxDocuments(sbom).bom();
    try {
      String json = BomGeneratorFactory.createJson(Version.VERSION_16, bom).toJsonString();
      return (json + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (GeneratorException e) {
      throw new IOException("writing the SBOM of " + sbom.name() + ": " + e.getMessage(), e);
    }
  }

  private Bom bom() {
    Bom bom = new Bom();
    bom.setSerialNumber("urn:uuid:" + sbom.uuid());
    bom.setVersion(1);
    Metadata metadata = new Metadata();
    metadata.setTimestamp(
        sbom.created().isBefore(GREGORIAN) ? null : Date.from(sbom.created())); // default: now
    metadata.setToolChoice(tool());
    metadata.setComponent(image());
    bom.setMetadata(metadata);
    sbom.os().ifPresent(os -> bom.addComponent(system(os)));
    sbom.items().forEach(item -> bom.addComponent(component(item)));
    return bom;
  }

  private ToolInformation tool() {
    Component varve = new Component();
    varve.setType(Component.Type.APPLICATION);
    varve.setName("varve");
    varve.setVersion(sbom.toolVersion());
    ToolInformation tools = new ToolInformation();
    tools.setComponents(List.of(varve));
    return tools;
  }

  private Component image() {
    Component image = new Component();
    image.setType(Component.Type.CONTAINER);
    image.setBomRef("image");
    image.setName(sbom.name());
    sbom.url().ifPresent(image::setPurl);
    sbom.subject()
        .digest()
        .ifPresent(
            digest -> {
              image.setVersion(digest.toString());
              image.addHash(new Hash(algorithm(digest), digest.hex()));
            });
    return image;
  }

  private static Hash.Algorithm algorithm(Digest digest) {
    return digest.algorithm() == Digest.Algorithm.SHA512
        ? Hash.Algorithm.SHA_512
        : Hash.Algorithm.SHA_256;
  }

  private static Component system(OsRelease os) {
    Component system = new Component();
    system.setType(Component.Type.OPERATING_SYSTEM);
    system.setBomRef("os");
    system.setName(Sbom.text(os.id()));
    if (!os.version().isEmpty()) {
      system.setVersion(Sbom.text(os.version()));
    }
    if (!os.title().isEmpty()) {
      system.setDescription(Sbom.text(os.title()));
    }
    return system;
  }

  private Component component(Item item) {
    Component component = new Component();
    component.setType(Component.Type.LIBRARY);
    component.setBomRef(item.url().canonicalize());
    component.setPurl(item.url());
    component.setName(Sbom.text(item.info().name()));
    component.setVersion(Sbom.text(item.info().version()));
    Supplier.of(item.info()).ifPresent(supplier -> component.setSupplier(entity(supplier)));
    String license = Sbom.text(item.info().license());
    if (!license.isEmpty() && !license.equals(Licenses.NO_ASSERTION)) {
      component.setLicenses(choice(license));
    }
    if (!item.info().source().isEmpty()) {
      component.addProperty(new Property(SOURCE_PROPERTY, Sbom.text(item.info().source())));
    }
    return component;
  }

  private static OrganizationalEntity entity(Supplier supplier) {
    OrganizationalEntity entity = new OrganizationalEntity();
    entity.setName(supplier.name());
    if (!supplier.email().isEmpty()) {
      OrganizationalContact contact = new OrganizationalContact();
      contact.setName(supplier.name());
      contact.setEmail(supplier.email());
      entity.addContact(contact);
    }
    return entity;
  }

  private LicenseChoice choice(String text) {
    LicenseChoice choice = new LicenseChoice();
    if (licenses.isExpression(text)) {
      choice.setExpression(new Expression(text));
    } else {
      License license = new License();
      license.setName(text);
      choice.addLicense(license);
    }
    return choice;
  }
}
