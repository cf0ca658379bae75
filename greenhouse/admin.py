"""The admin classes of the console, where Django looks for them."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

from greenhouse.console import messages, schedule
from greenhouse.console.people import users

# allauth's tables, which the page "Signing in" stands for: they hold secrets, or nothing at all.
for model in (EmailAddress, EmailConfirmation, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

__all__ = ["messages", "schedule", "users"]
