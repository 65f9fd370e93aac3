package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.AffinityParameters;
import java.io.Serializable;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code configureIngressAffinity}. Kept with a running step, so that a restart finds them again. */
public abstract class AffinityFields extends ClusterFields implements AffinityParameters, Serializable {
    private static final long serialVersionUID = 1L;

    private String ingress = "";
    private String service = "";
    private String httpRoute = "";
    private String cookie = "";
    private String mode = "";
    private int maxAge;
    private String path = "";
    private String domain = "";
    private String sameSite = "";
    private Boolean secure;
    private Boolean changeOnFailure;
    private String canary = "";
    private String controller = "";
    private int clientIP;
    private String verify = "";
    private boolean remove;

    @Override
    protected Object readResolve() {
        setIngress(ingress);
        setService(service);
        setHttpRoute(httpRoute);
        setCookie(cookie);
        setMode(mode);
        setPath(path);
        setDomain(domain);
        setSameSite(sameSite);
        setCanary(canary);
        setController(controller);
        setVerify(verify);
        return super.readResolve();
    }

    @Override
    public String getIngress() {
        return ingress;
    }

    @DataBoundSetter
    public void setIngress(String ingress) {
        this.ingress = fixNull(ingress).strip();
    }

    @Override
    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = fixNull(service).strip();
    }

    @Override
    public String getHttpRoute() {
        return httpRoute;
    }

    @DataBoundSetter
    public void setHttpRoute(String httpRoute) {
        this.httpRoute = fixNull(httpRoute).strip();
    }

    @Override
    public String getCookie() {
        return cookie;
    }

    @DataBoundSetter
    public void setCookie(String cookie) {
        this.cookie = fixNull(cookie).strip();
    }

    @Override
    public String getMode() {
        return mode;
    }

    @DataBoundSetter
    public void setMode(String mode) {
        this.mode = fixNull(mode).strip();
    }

    @Override
    public int getMaxAge() {
        return maxAge;
    }

    @DataBoundSetter
    public void setMaxAge(int maxAge) {
        this.maxAge = maxAge;
    }

    @Override
    public String getPath() {
        return path;
    }

    @DataBoundSetter
    public void setPath(String path) {
        this.path = fixNull(path).strip();
    }

    @Override
    public String getDomain() {
        return domain;
    }

    @DataBoundSetter
    public void setDomain(String domain) {
        this.domain = fixNull(domain).strip();
    }

    @Override
    public String getSameSite() {
        return sameSite;
    }

    @DataBoundSetter
    public void setSameSite(String sameSite) {
        this.sameSite = fixNull(sameSite).strip();
    }

    @Override
    public Boolean getSecure() {
        return secure;
    }

    @DataBoundSetter
    public void setSecure(Boolean secure) {
        this.secure = secure;
    }

    @Override
    public Boolean getChangeOnFailure() {
        return changeOnFailure;
    }

    @DataBoundSetter
    public void setChangeOnFailure(Boolean changeOnFailure) {
        this.changeOnFailure = changeOnFailure;
    }

    @Override
    public String getCanary() {
        return canary;
    }

    @DataBoundSetter
    public void setCanary(String canary) {
        this.canary = fixNull(canary).strip();
    }

    @Override
    public String getController() {
        return controller;
    }

    @DataBoundSetter
    public void setController(String controller) {
        this.controller = fixNull(controller).strip();
    }

    @Override
    public int getClientIP() {
        return clientIP;
    }

    @DataBoundSetter
    public void setClientIP(int clientIP) {
        this.clientIP = clientIP;
    }

    @Override
    public String getVerify() {
        return verify;
    }

    @DataBoundSetter
    public void setVerify(String verify) {
        this.verify = fixNull(verify).strip();
    }

    @Override
    public boolean isRemove() {
        return remove;
    }

    @DataBoundSetter
    public void setRemove(boolean remove) {
        this.remove = remove;
    }
}
