package io.unitcost.servlet.matrix;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ErrorPage;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

final class UndertowServer implements Server {

    private final List<DeploymentManager> deployments = new ArrayList<>();
    private Undertow undertow = Undertow.builder().build();

    @Override
    public int start(ServletContainerInitializer app, ServletContainerInitializer other, boolean virtual)
            throws Exception {
        ServletContainer container = ServletContainer.Factory.newInstance();
        PathHandler paths = new PathHandler()
                .addPrefixPath("/", add(container, "/", app, virtual))
                .addPrefixPath(App.OTHER, add(container, App.OTHER, other, virtual));
        undertow = Undertow.builder()
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setIoThreads(2)
                .setWorkerThreads(THREADS)
                .addHttpListener(0, "localhost", paths)
                .build();
        undertow.start();
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    private HttpHandler add(ServletContainer container, String path, ServletContainerInitializer app, boolean virtual)
            throws Exception {
        DeploymentInfo info = Servlets.deployment()
                .setClassLoader(UndertowServer.class.getClassLoader())
                .setContextPath(path)
                .setDeploymentName(path)
                .addErrorPage(new ErrorPage(App.ERROR_PAGE))
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        app.getClass(), new ImmediateInstanceFactory<>(app), Set.of()));
        if (virtual) {
            info.setExecutor(Server.virtualThreads());
        }
        DeploymentManager deployment = container.addDeployment(info);
        deployment.deploy();
        deployments.add(deployment);
        return deployment.start();
    }

    @Override
    public void close() throws Exception {
        undertow.stop();
        for (DeploymentManager deployment : deployments) {
            deployment.stop();
            deployment.undeploy();
        }
    }
}
