package dev.rockpool.dashboard.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium without a window. There is no fallback: without it these tests fail. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of(System.getProperty("rockpool.chromium", "/usr/bin/chromium"));
    private static final Path DRIVER = Path.of(System.getProperty("rockpool.chromedriver", "/usr/bin/chromedriver"));
    private static final Path PICTURES = Path.of("target", "screenshots");

    private final ChromeDriver driver;

    Browser() {
        for (Path program : List.of(CHROMIUM, DRIVER))
            if (!Files.isExecutable(program))
                throw new AssertionError(program + " is missing: install the packages chromium and chromium-driver");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .build();
        driver = new ChromeDriver(service, options);
    }

    void open(Site site) {
        driver.get(site.server.address().toString());
    }

    /** A window whose page is this wide, whatever the smallest window of the browser is. */
    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void prefer(String theme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    void logIn(String token, String name) {
        waitFor("the login", () -> find("login-token").isDisplayed());
        find("login-token").sendKeys(token);
        find("login-name").sendKeys(name);
        driver.findElement(By.cssSelector("#login-form button")).click();
        waitFor(
                "the page",
                () -> find("app").isDisplayed() && find("live-text").getText().equals("Live"));
    }

    WebElement find(String id) {
        return driver.findElement(By.id(id));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    WebElement button(String text) {
        return driver.findElement(By.xpath("//button[normalize-space()='" + text + "']"));
    }

    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    void waitFor(String what, java.util.function.BooleanSupplier condition) {
        new WebDriverWait(driver, Duration.ofSeconds(20), Duration.ofMillis(50))
                .withMessage(what)
                .ignoring(org.openqa.selenium.WebDriverException.class)
                .until(ignored -> condition.getAsBoolean());
    }

    /** A picture of the whole page. */
    void picture(String name) throws IOException {
        take(name, Map.of("captureBeyondViewport", true));
    }

    /** A picture of the upper part of the page, for the documents. */
    void picture(String name, int width, int height) throws IOException {
        take(name, Map.of("clip", Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)));
    }

    private void take(String name, Map<String, Object> how) throws IOException {
        run("scrollTo(0, 0)");
        Map<String, Object> taken = driver.executeCdpCommand("Page.captureScreenshot", how);
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), Base64.getDecoder().decode((String) taken.get("data")));
    }

    /** What the browser complained about, such as a violated policy. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .filter(text -> !text.contains("favicon"))
                .toList();
    }

    /** What the accessibility checks found, one line each. */
    @SuppressWarnings("unchecked")
    List<String> barriers() throws IOException {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            driver.executeScript(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return (List<String>)
                driver.executeAsyncScript(
                        "const done = arguments[0]; axe.run(document).then(result => done(result.violations.flatMap(found =>"
                                + " found.nodes.map(node => found.id + ': ' + node.target.join(' ') + ': ' + node.failureSummary))))");
    }

    @Override
    public void close() {
        driver.quit();
    }
}
